import { errorFields, type Logger } from './logger';
import { type ServerFrame } from '../client/protocol';
import { errorFrame, parseClientFrame } from './realtime/parse-frame';
import { answer, type Session } from './realtime/session';
import { connectionOf, type WebSocketEvent, type WebSocketResult } from './websocket-event';

/** Dependencies of every connection's session, and the log. */
export interface MessageDependencies extends Omit<Session, 'connection'> {
  logger: Logger;
}

/** Creates the handler of `$default`, which answers each frame with one frame, as the body of the route's response. */
export function createHandler({ logger, ...session }: MessageDependencies) {
  const answerTo = async (event: WebSocketEvent): Promise<ServerFrame> => {
    const parsed = parseClientFrame(event.isBase64Encoded ? '' : (event.body ?? ''));
    try {
      return await answer(parsed, { ...session, connection: connectionOf(event) });
    } catch (error) {
      const { action, ref } = 'frame' in parsed ? parsed.frame : { ref: parsed.error.ref };
      logger({ event: 'failed', action, ...errorFields(error) });
      return errorFrame({ code: 'internal', message: 'Internal error. It has been logged.' }, ref);
    }
  };
  return async (event: WebSocketEvent): Promise<WebSocketResult> => ({
    statusCode: 200,
    body: JSON.stringify(await answerTo(event)),
  });
}
