import { ConnectionTable } from '../../lambda/adapters/connection-table';
import type { DynamoMessageLog } from '../../lambda/adapters/message-log';
import { deliver, parseDelivery } from '../../lambda/realtime/delivery';
import { fanOut } from '../../lambda/realtime/fan-out';
import {
  type Connection,
  type Delivery,
  type DeliveryQueue,
  type Outbox,
  Unavailable,
} from '../../lambda/realtime/ports';
import { errorFrame, type Message, parseClientFrame } from '../../lambda/realtime/protocol';
import { answer } from '../../lambda/realtime/session';
import { asTable, type Tables } from '../memory/table';
import type { Process } from './process';
import type { Entry } from './queue';

/** Timeouts as they are set: 29 s on the routes, 30 s behind the stream and the queue, of which deliver keeps 8 s. */
export const Timeout = { ROUTE: 29_000, DISPATCH: 30_000, DELIVER: 30_000, RESERVE: 8000 } as const;

/** What the world gives a function in one run. */
export interface Surroundings {
  process: Process;
  connectionTable: Tables;
  log: DynamoMessageLog;
  queue: DeliveryQueue;
  outbox: Outbox;
  newId: () => string;
  /** Takes what must not be thrown. */
  failed: (error: unknown) => void;
}

/** lambda/connect.handler.ts, for whom it admits. */
export async function connect(connection: Connection, surroundings: Surroundings): Promise<boolean> {
  try {
    await connectionsOf(surroundings).connect(connection);
    return true;
  } catch (error) {
    if (!(error instanceof Unavailable)) {
      throw error;
    }
    return false;
  }
}

/** lambda/message.handler.ts */
export async function message(connection: Connection, text: string, surroundings: Surroundings): Promise<string> {
  const { log, process, newId } = surroundings;
  const parsed = parseClientFrame(text);
  if ('error' in parsed) {
    return JSON.stringify(parsed.error);
  }
  try {
    const connections = connectionsOf(surroundings);
    return JSON.stringify(await answer(parsed.frame, { connection, connections, log, clock: process.clock, newId }));
  } catch (error) {
    surroundings.failed(error);
    return JSON.stringify(errorFrame({ code: 'internal', message: 'The server failed' }, parsed.frame.ref));
  }
}

/** lambda/disconnect.handler.ts */
export function disconnect(connection: Connection, surroundings: Surroundings): Promise<void> {
  return connectionsOf(surroundings).disconnect(connection);
}

/** lambda/dispatch.handler.ts */
export function dispatch(messages: Message[], surroundings: Surroundings): Promise<Message | undefined> {
  return fanOut(messages, { connections: connectionsOf(surroundings), queue: surroundings.queue });
}

/** lambda/deliver.handler.ts */
export async function deliverAll(entries: Entry[], surroundings: Surroundings): Promise<Entry[]> {
  const { process, queue, outbox } = surroundings;
  const deliveries = new Map<Delivery, Entry>(entries.map((entry) => [parseDelivery(entry.body), entry]));
  const { failed, errors } = await deliver([...deliveries.keys()], {
    outbox,
    connections: connectionsOf(surroundings),
    queue,
    clock: process.clock,
    deadline: process.clock.now() + Timeout.DELIVER - Timeout.RESERVE,
  });
  for (const error of errors.filter((each) => !(each instanceof Unavailable))) {
    surroundings.failed(error);
  }
  return failed.flatMap((delivery) => deliveries.get(delivery) ?? []);
}

/** The connection table as a function sees it. */
export function connectionsOf({ connectionTable, process }: Surroundings): ConnectionTable {
  return new ConnectionTable(asTable(connectionTable), process.clock);
}
