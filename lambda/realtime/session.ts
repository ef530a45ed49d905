import { authorized, topicKey, topicOf } from './authorization';
import { authorizedUntil } from './authorized-until';
import { costOf } from './frame-cost';
import { type CloseRequests, type Connection, type Connections, Unavailable } from './ports';
import type { Principal } from './principal';
import type { ClientFrame, ErrorCode, ErrorFrame, Position, ServerFrame } from '../../client/protocol';
import { errorFrame, parseClientFrame } from './parse-frame';
import { type Publishing, publish } from './publishing';
import { codesOf, Refused, refusalOf } from './refused';
import { subscribe } from './subscribing';

/** Operations on connections that their frames need. */
export type SessionConnections = Pick<Connections, 'accept' | 'subscribe' | 'unsubscribe' | 'presence'>;

export interface Session extends Publishing {
  connection: Connection;
  connections: SessionConnections;
  closeRequests: CloseRequests;
}

/** Receives what an operator can need to know of an answer. */
export interface AnswerObserver {
  /** Is called with an unexpected error, and the action of the frame. The client gets the error `internal`. */
  failed(error: unknown, action?: ClientFrame['action']): void;
  /** Is called with each error code of the answer, `internal` included. */
  refused(code: ErrorCode): void;
}

/**
 * Answers a text of a client.
 *
 * @returns the text of the answer
 */
export async function answerText(text: string, session: Session, { failed, refused }: AnswerObserver): Promise<string> {
  const parsed = parseClientFrame(text);
  try {
    const answered = await answer(parsed, session);
    codesOf(answered).forEach(refused);
    return JSON.stringify(answered);
  } catch (error) {
    const { action, ref } = 'frame' in parsed ? parsed.frame : { action: undefined, ref: parsed.error.ref };
    failed(error, action);
    refused('internal');
    return JSON.stringify(errorFrame({ code: 'internal', message: 'Internal error. It has been logged.' }, ref));
  }
}

/**
 * Performs a frame and answers it. Every text that a client sends counts against the rate limit of its connection. Throws
 * only errors that a client cannot correct.
 */
export function answer(parsed: ReturnType<typeof parseClientFrame>, session: Session): Promise<ServerFrame> {
  return 'error' in parsed
    ? inSession(session, parsed.error.ref, async () => parsed.error)
    : inSession(
        session,
        parsed.frame.ref,
        (principal) => perform(parsed.frame, principal, session),
        costOf(parsed.frame),
      );
}

/** A connection, with what is needed to accept its frames and to have it closed. */
type Admitting = Pick<Session, 'connection' | 'connections' | 'closeRequests'>;

/**
 * Answers one frame of a connection that is open, authorized and within its rate limit. Closes a connection that has no
 * records any more, whose authorization has expired, or that goes on sending while it is refused.
 *
 * @param ref - the frame's `ref`, which a refusal repeats
 * @param cost - of the frame, in tokens of the rate limit of its connection. @default 1
 * @returns the answer, or an error frame. Rethrows errors other than {@link Refused} and {@link Unavailable}
 */
export async function inSession<Answer>(
  session: Admitting,
  ref: string | undefined,
  answer: (principal: Principal) => Promise<Answer>,
  cost = 1,
): Promise<Answer | ErrorFrame> {
  try {
    return await answer(await admitted(session, cost));
  } catch (error) {
    if (error instanceof Unavailable) {
      return { type: 'error', ...refusalOf('unavailable', error.retryAfter), ref };
    }
    if (error instanceof Refused) {
      return { type: 'error', ...refusalOf(error.code, error.retryAfter), ref };
    }
    throw error;
  }
}

/** @returns the principal of the connection. Throws {@link Refused} if it cannot send another frame now */
async function admitted(session: Admitting, cost: number): Promise<Principal> {
  const accepted = await session.connections.accept(session.connection, cost);
  if (typeof accepted === 'string') {
    return refuseAndClose(session, new Refused(accepted));
  }
  if (!('retryAfter' in accepted)) {
    return accepted;
  }
  const refusal = new Refused('rate_limited', accepted.retryAfter);
  if (accepted.flooding) {
    return refuseAndClose(session, refusal);
  }
  throw refusal;
}

/** Has the connection closed, so that its client opens another. Without records, it would stay open and receive nothing. */
async function refuseAndClose({ connection, closeRequests }: Admitting, refusal: Refused): Promise<never> {
  await closeRequests.close(connection);
  throw refusal;
}

async function perform(frame: ClientFrame, principal: Principal, session: Session): Promise<ServerFrame> {
  const { connection, connections, log } = session;
  const { ref } = frame;
  switch (frame.action) {
    case 'subscribe': {
      const topics = 'topics' in frame ? frame.topics : [frame.topic];
      const results = await subscribe(topics, principal, session);
      if (results === 'not_connected') {
        return refuseAndClose(session, new Refused(results));
      }
      const answer = { type: 'subscribed', authorizedUntil: authorizedUntil(principal), ref } as const;
      if ('topics' in frame) {
        return { ...answer, topics: results };
      }
      const { [frame.topic]: result = refusalOf('unavailable', 1) } = results;
      return 'code' in result ? { type: 'error', ...result, ref } : { ...answer, topic: frame.topic, ...result };
    }
    case 'unsubscribe':
      await connections.unsubscribe(connection, topicKey(principal, frame.topic), frame.subscription);
      return { type: 'unsubscribed', topic: frame.topic, ref };
    case 'publish': {
      const message = await publish(frame, principal, session);
      if (message === 'conflict') {
        return { type: 'error', ...refusalOf(message), ref };
      }
      const { data: _, ...published } = message;
      return { type: 'published', ...published, ref };
    }
    case 'ping': {
      const keys = (frame.topics ?? []).map((topic) => authorized(principal, 'read', topic));
      const positions = await log.positions(keys, { eventual: true });
      if (keys.some((key) => !Object.hasOwn(positions, key))) {
        throw new Unavailable();
      }
      const named = Object.entries(positions).map(([key, position]): [string, Position] => [topicOf(key), position]);
      return { type: 'pong', positions: Object.fromEntries(named), ref };
    }
    case 'presence': {
      const { topic } = frame;
      return { type: 'presence', topic, ...(await connections.presence(authorized(principal, 'read', topic))), ref };
    }
  }
}
