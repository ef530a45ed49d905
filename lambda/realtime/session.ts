import { type Connection, type Connections, Unavailable } from './ports';
import { type ClientFrame, type ErrorFrame, errorFrame, type Refusal, type ServerFrame, START } from './protocol';
import { type Publishing, publish } from './publishing';

export interface Session extends Publishing {
  connection: Connection;
  connections: Connections;
}

/** Does what a frame asks and answers it. Throws only what no client can mend. */
export async function answer(frame: ClientFrame, session: Session): Promise<ServerFrame> {
  try {
    return await perform(frame, session);
  } catch (error) {
    if (error instanceof Unavailable) {
      return errorFrame({ code: 'unavailable', message: 'Try again later' }, frame.ref, error.retryAfter);
    }
    throw error;
  }
}

async function perform(frame: ClientFrame, session: Session): Promise<ServerFrame> {
  const { log, connection, connections } = session;
  const { ref } = frame;
  switch (frame.action) {
    case 'subscribe': {
      const { topic } = frame;
      const outcome = await connections.subscribe(connection, topic);
      if (outcome !== 'subscribed') {
        return refused(outcome, ref);
      }
      // The head is read after subscribing: what it does not count yet will be delivered.
      const { [topic]: position = START } = await log.positions([topic]);
      return { type: 'subscribed', topic, ...position, ref };
    }
    case 'unsubscribe':
      await connections.unsubscribe(connection, frame.topic);
      return { type: 'unsubscribed', topic: frame.topic, ref };
    case 'publish': {
      const message = await publish(frame, session);
      if (message === 'conflict') {
        return refused('conflict', ref);
      }
      const { data: _, ...published } = message;
      return { type: 'published', ...published, ref };
    }
    case 'ping':
      return { type: 'pong', positions: await log.positions(frame.topics ?? []), ref };
    case 'presence':
      return { type: 'presence', topic: frame.topic, ...(await connections.presence(frame.topic)), ref };
  }
}

const REFUSALS = {
  conflict: 'This id was published before, with other data',
  subscription_limit: 'This connection has as many subscriptions as it may have: unsubscribe from a topic first',
  not_connected: 'This connection is closing: open a new one',
} satisfies Partial<Record<Refusal['code'], string>>;

function refused(code: keyof typeof REFUSALS, ref: string | undefined): ErrorFrame {
  return errorFrame({ code, message: REFUSALS[code] }, ref);
}
