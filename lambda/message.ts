import { errorFields, type Logger } from './logger';
import { measured } from './measured';
import type { Metrics } from './metrics';
import { answerText, type Session } from './realtime/session';
import { connectionOf, type WebSocketEvent, type WebSocketResult } from './websocket-event';

/** Dependencies of every connection's session, the log, and the metrics. */
export interface MessageDependencies extends Omit<Session, 'connection'> {
  logger: Logger;
  metrics: Metrics;
}

/** Creates the handler of `$default`, which answers each frame with one frame, as the body of the route's response. */
export function createHandler({ logger, metrics, ...session }: MessageDependencies) {
  return measured(metrics, async (event: WebSocketEvent): Promise<WebSocketResult> => ({
    statusCode: 200,
    body: await answerText(
      event.isBase64Encoded ? '' : (event.body ?? ''),
      { ...session, connection: connectionOf(event) },
      {
        failed: (error, action) => logger({ event: 'failed', action, ...errorFields(error) }),
        refused: (code) => metrics.refuse(code),
      },
    ),
  }));
}
