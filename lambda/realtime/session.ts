import { authorized, topicKey, topicOf } from './authorization';
import { authorizedUntil } from './authorized-until';
import { type CloseRequests, type Connection, type Connections, Unavailable } from './ports';
import type { Principal } from './principal';
import {
  type ClientFrame,
  type ErrorFrame,
  errorFrame,
  type Position,
  type parseClientFrame,
  type Refusal,
  type ServerFrame,
  START,
} from './protocol';
import { type Publishing, publish } from './publishing';
import { Refused } from './refused';

export interface Session extends Publishing {
  connection: Connection;
  connections: Connections;
  closeRequests: CloseRequests;
}

/**
 * Performs a frame and answers it. Every text that a client sends counts against the rate limit of its connection. An
 * expired authorization closes the connection. Throws only errors that a client cannot correct.
 */
export function answer(parsed: ReturnType<typeof parseClientFrame>, session: Session): Promise<ServerFrame> {
  const ref = 'frame' in parsed ? parsed.frame.ref : parsed.error.ref;
  return inSession(session, ref, async (principal) =>
    'error' in parsed ? parsed.error : perform(parsed.frame, principal, session),
  );
}

/**
 * Answers one frame of a connection that is open, authorized and within its rate limit.
 *
 * @param ref - the frame's `ref`, which a refusal repeats
 * @returns the answer, or an error frame. Rethrows errors other than {@link Refused} and {@link Unavailable}
 */
export async function inSession<Answer>(
  session: Pick<Session, 'connection' | 'connections' | 'closeRequests'>,
  ref: string | undefined,
  answer: (principal: Principal) => Promise<Answer>,
): Promise<Answer | ErrorFrame> {
  try {
    return await answer(await admitted(session));
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
async function admitted({
  connection,
  connections,
  closeRequests,
}: Pick<Session, 'connection' | 'connections' | 'closeRequests'>): Promise<Principal> {
  const accepted = await connections.accept(connection);
  if (accepted === 'unauthorized') {
    await closeRequests.close(connection);
  }
  if (typeof accepted === 'string') {
    throw new Refused(accepted);
  }
  if ('retryAfter' in accepted) {
    throw new Refused('rate_limited', accepted.retryAfter);
  }
  return accepted;
}

async function perform(frame: ClientFrame, principal: Principal, session: Session): Promise<ServerFrame> {
  const { log, connections, clock, newId } = session;
  const connection = { ...session.connection, authorizedUntil: principal.expiresAt };
  const { ref } = frame;
  switch (frame.action) {
    case 'subscribe': {
      const { topic } = frame;
      const key = authorized(principal, 'subscribe', topic);
      const subscription = `${Math.floor(clock.now())}-${newId()}`;
      const outcome = await connections.subscribe(connection, key, subscription);
      if (outcome === 'not_connected') {
        throw new Refused(outcome);
      }
      if (outcome !== 'subscribed') {
        return refused(outcome, ref);
      }
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
      const positions = Object.entries(await log.positions(keys));
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
