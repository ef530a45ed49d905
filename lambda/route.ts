import { EmbeddedMetrics } from './embedded-metrics';
import { required } from './environment';
import { errorFields, type Logger, logLine } from './logger';
import { measured } from './measured';
import type { Metrics } from './metrics';
import { inexactValue } from './realtime/exact-json';
import type { Connection } from './realtime/ports';
import type { Principal } from './realtime/principal';
import { type Json, type Message } from '../client/protocol';
import { errorFrame, parseClientFrame } from './realtime/parse-frame';
import { type Publication, publish } from './realtime/publishing';
import { inSession, type Session } from './realtime/session';
import { sessionFromEnvironment } from './session-from-environment';
import { connectionOf, type WebSocketEvent, type WebSocketResult } from './websocket-event';

/** A frame for a custom route, from a connection that is authorized and within its rate limit. */
export interface RouteRequest {
  /** The sender: subject, tenant and scopes of the token. */
  readonly principal: Principal;
  readonly connection: Connection;
  /** The JSON object that the client sent. Its members, except `action`, are not checked. */
  readonly frame: Readonly<Record<string, unknown>>;
  /**
   * Publishes to a topic of the sender's tenant. The message is durable when this resolves. Throws a refusal, such as an
   * exceeded rate limit, which becomes the answer, and an `Error` for data that the protocol does not allow.
   */
  publish(publication: Publication): Promise<Message | 'conflict'>;
}

/** Answers a frame. The answer is sent to the client with the frame's `ref`. */
export type Route = (request: RouteRequest) => Promise<Readonly<Record<string, Json>>>;

/**
 * @param route - answers the frames. Its errors are logged, and the client gets the error `internal`
 * @returns the handler of a function that `LaneRoute.bundled({ entry, session: true })` creates
 */
export function createRoute(
  route: Route,
  { logger, metrics, ...session }: Omit<Session, 'connection'> & { logger: Logger; metrics: Metrics } = {
    ...sessionFromEnvironment(),
    logger: logLine,
    metrics: new EmbeddedMetrics(required('METRIC_LANE')),
  },
) {
  return measured(metrics, async (event: WebSocketEvent): Promise<WebSocketResult> => {
    const connection = connectionOf(event);
    const { body: text = '{}' } = event;
    const frame = frameOf(text);
    const ref = typeof frame.ref === 'string' ? frame.ref : undefined;
    const answer = inSession({ ...session, connection }, ref, async (principal) => {
      const inexact = inexactValue(text);
      if (inexact) {
        return errorFrame({ code: 'invalid_frame', message: inexact }, ref);
      }
      const answered = await route({
        principal,
        connection,
        frame,
        publish: (publication) => publish(checked(publication), principal, session),
      });
      return { ...answered, ref };
    });
    const body = await answer.catch((error) => {
      logger({ event: 'failed', ...errorFields(error) });
      return errorFrame({ code: 'internal', message: 'Internal error. It has been logged.' }, ref);
    });
    if ('type' in body && body.type === 'error' && 'code' in body) {
      metrics.refuse(String(body.code));
    }
    return { statusCode: 200, body: JSON.stringify(body) };
  });
}

/** Validates a publication. Throws an Error if the protocol does not allow it, for example because of the size of its data. */
function checked(publication: Publication): Publication {
  const parsed = parseClientFrame(JSON.stringify({ action: 'publish', ...publication }, finite));
  if ('error' in parsed) {
    throw new Error(parsed.error.message);
  }
  return publication;
}

/** Throws an Error for a number that `JSON.stringify` would replace by null. */
function finite(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new Error(`${key || 'data'} must be a finite number, got ${value}. Fix: send null or a string.`);
  }
  return value;
}

/** Parses the body. It is a JSON object, because API Gateway selected the route by its content. */
function frameOf(body: string): RouteRequest['frame'] {
  return JSON.parse(body);
}
