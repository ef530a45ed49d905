import { errorFields, type Logger, logLine } from './logger';
import type { Connection } from './realtime/ports';
import type { Principal } from './realtime/principal';
import { errorFrame, type Json, type Message, parseClientFrame } from './realtime/protocol';
import { type Publication, publish } from './realtime/publishing';
import { inSession, type Session } from './realtime/session';
import { sessionFromEnvironment } from './session-from-environment';
import { connectionOf, type WebSocketEvent, type WebSocketResult } from './websocket-event';

/** A frame for a route of your own, from a connection that is authorized and within its rate limit. */
export interface RouteRequest {
  /** The sender: subject, tenant and scopes of the token. */
  readonly principal: Principal;
  readonly connection: Connection;
  /** The JSON object that the client sent. Its members, except `action`, are not checked. */
  readonly frame: Readonly<Record<string, unknown>>;
  /**
   * Publishes to a topic of the sender's tenant. The message is durable when this resolves. A refusal, such as a rate
   * limit, is thrown and becomes the answer; data that the protocol does not allow is an Error.
   */
  publish(publication: Publication): Promise<Message | 'conflict'>;
}

/** Answers a frame. The answer is sent to the client with the frame's own `ref`. */
export type Route = (request: RouteRequest) => Promise<Readonly<Record<string, Json>>>;

/**
 * @param route - answers the frames. What it throws is logged, and the client gets the error `internal`
 * @returns the handler of a function that `LaneRoute.bundled({ entry, session: true })` creates
 */
export function createRoute(
  route: Route,
  { logger, ...session }: Omit<Session, 'connection'> & { logger: Logger } = {
    ...sessionFromEnvironment(),
    logger: logLine,
  },
) {
  return async (event: WebSocketEvent): Promise<WebSocketResult> => {
    const connection = connectionOf(event);
    const frame = frameOf(event);
    const ref = typeof frame.ref === 'string' ? frame.ref : undefined;
    const answer = inSession({ ...session, connection }, ref, async (principal) => ({
      ...(await route({
        principal,
        connection,
        frame,
        publish: (publication) => publish(checked(publication), principal, session),
      })),
      ref,
    }));
    const body = await answer.catch((error) => {
      logger({ event: 'failed', ...errorFields(error) });
      return errorFrame({ code: 'internal', message: 'Internal error. It has been logged.' }, ref);
    });
    return { statusCode: 200, body: JSON.stringify(body) };
  };
}

/** @returns the publication. Throws an Error if it breaks a rule of the protocol, such as the size of its data */
function checked(publication: Publication): Publication {
  const parsed = parseClientFrame(JSON.stringify({ action: 'publish', ...publication }));
  if ('error' in parsed) {
    throw new Error(parsed.error.message);
  }
  return publication;
}

/** API Gateway has selected the route by the body, so it is a JSON object. */
function frameOf({ body = '{}' }: WebSocketEvent): RouteRequest['frame'] {
  return JSON.parse(body);
}
