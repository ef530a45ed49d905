import { authorized, topicKey, topicOf } from './authorization';
import { authorizedUntil } from './authorized-until';
import { costOf } from './frame-cost';
import { type CloseRequests, type Connection, type Connections, Unavailable } from './ports';
import type { Principal } from './principal';
import {
  type ClientFrame,
  type ErrorFrame,
  type Position,
  type Refusal,
  type ServerFrame,
  START,
} from '../../client/protocol';
import { errorFrame, type parseClientFrame } from './parse-frame';
import { type Publishing, publish } from './publishing';
import { Refused } from './refused';

export interface Session extends Publishing {
  connection: Connection;
  connections: Connections;
  closeRequests: CloseRequests;
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
      return errorFrame(
        { code: 'unavailable', message: 'Temporarily unavailable. Try again later.' },
        ref,
        error.retryAfter,
      );
    }
    if (error instanceof Refused) {
      return errorFrame({ code: error.code, message: error.message }, ref, error.retryAfter);
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
  const { log, connections, clock, newId } = session;
  const connection = { ...session.connection, authorizedUntil: principal.expiresAt };
  const { ref } = frame;
  switch (frame.action) {
    case 'subscribe': {
      if ('topics' in frame) {
        throw new Unavailable();
      }
      const { topic } = frame;
      const key = authorized(principal, 'subscribe', topic);
      const outcome = await connections.subscribe(connection, key, `${Math.floor(clock.now())}-${newId()}`);
      if (outcome === 'not_connected') {
        return refuseAndClose(session, new Refused(outcome));
      }
      if (outcome === 'subscription_limit') {
        return refused(outcome, ref);
      }
      const { subscription } = outcome;
      // The head is read after subscribing, so every later message is pushed.
      const { [key]: position = START } = await log.positions([key]);
      return { type: 'subscribed', topic, ...position, subscription, authorizedUntil: authorizedUntil(principal), ref };
    }
    case 'unsubscribe':
      await connections.unsubscribe(connection, topicKey(principal, frame.topic), frame.subscription);
      return { type: 'unsubscribed', topic: frame.topic, ref };
    case 'publish': {
      const message = await publish(frame, principal, session);
      if (message === 'conflict') {
        return refused('conflict', ref);
      }
      const { data: _, ...published } = message;
      return { type: 'published', ...published, ref };
    }
    case 'ping': {
      const keys = (frame.topics ?? []).map((topic) => authorized(principal, 'read', topic));
      const positions = Object.entries(await log.positions(keys, { eventual: true }));
      const named = positions.map(([key, position]): [string, Position] => [topicOf(key), position]);
      return { type: 'pong', positions: Object.fromEntries(named), ref };
    }
    case 'presence': {
      const { topic } = frame;
      return { type: 'presence', topic, ...(await connections.presence(authorized(principal, 'read', topic))), ref };
    }
  }
}

const REFUSALS = {
  conflict: 'A message with this id and other data was published before.',
  subscription_limit: 'This connection has the maximum number of subscriptions. Unsubscribe from a topic first.',
} satisfies Partial<Record<Refusal['code'], string>>;

function refused(code: keyof typeof REFUSALS, ref: string | undefined): ErrorFrame {
  return errorFrame({ code, message: REFUSALS[code] }, ref);
}
