import { errorFields, type Logger } from './logger';
import { answerText, type Session } from './realtime/session';
import { connectionOf, type WebSocketEvent, type WebSocketResult } from './websocket-event';

/** Dependencies of every connection's session, and the log. */
export interface MessageDependencies extends Omit<Session, 'connection'> {
  logger: Logger;
}

/** Creates the handler of `$default`, which answers each frame with one frame, as the body of the route's response. */
export function createHandler({ logger, ...session }: MessageDependencies) {
  return async (event: WebSocketEvent): Promise<WebSocketResult> => ({
    statusCode: 200,
    body: await answerText(
      event.isBase64Encoded ? '' : (event.body ?? ''),
      { ...session, connection: connectionOf(event) },
      (error, action) => logger({ event: 'failed', action, ...errorFields(error) }),
    ),
  });
}
