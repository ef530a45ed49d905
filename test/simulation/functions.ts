import { createHash } from 'node:crypto';
import { departureOf } from '../../lambda/adapters/admission-table';
import { ConnectionTable } from '../../lambda/adapters/connection-table';
import { SubscriptionTable } from '../../lambda/adapters/subscription-table';
import type { Item } from '../../lambda/adapters/table';
import { TicketEntrance } from '../../lambda/adapters/ticket-entrance';
import { admit } from '../../lambda/realtime/admission';
import { deliver, parseDelivery } from '../../lambda/realtime/delivery';
import { fanOut } from '../../lambda/realtime/fan-out';
import {
  type Allowances,
  type Closer,
  type Connection,
  type Delivery,
  type DeliveryQueue,
  type Gate,
  type MessageLog,
  type Outbox,
  Unavailable,
} from '../../lambda/realtime/ports';
import { errorFrame, type Message, parseClientFrame } from '../../lambda/realtime/protocol';
import { depart } from '../../lambda/realtime/revocation';
import { answer } from '../../lambda/realtime/session';
import { asTable, type Tables } from '../support/memory/table';
import type { Process } from './process';
import type { Entry } from './queue';

/** Timeouts as they are set: 29 s on the routes, 30 s behind streams and the queue, of which 8 s and 3 s are kept. */
export const Timeout = { ROUTE: 29_000, EVENT: 30_000, DELIVER_RESERVE: 8000, REVOKE_RESERVE: 3000 } as const;

/** More than anybody holds here who comes and goes, for what is left behind where `$disconnect` is never called. */
const CONNECTIONS_PER_SUBJECT = 300;

/** What the world gives a function in one run. */
export interface Surroundings {
  process: Process;
  tables: Record<'connections' | 'admission', Tables>;
  /** Whether clients are authenticated. */
  ticketed: boolean;
  log: MessageLog;
  admission: Allowances & Closer;
  queue: DeliveryQueue;
  outbox: Outbox & Gate;
  newId: () => string;
  /** Takes what must not be thrown. */
  failed: (error: unknown) => void;
}

/** lambda/connect.handler.ts @returns whether the connection opens */
export async function connect(connection: Connection, protocols: string[], around: Surroundings): Promise<boolean> {
  const { process, tables, ticketed } = around;
  const admission = admit({ origins: [], protocols }, { allowedOrigins: [], ticketed });
  const connections = new ConnectionTable(asTable(tables.connections), process.clock);
  try {
    if (!admission.admitted) {
      return false;
    }
    if (admission.ticket === undefined) {
      await connections.connect(connection);
      return true;
    }
    const entrance = new TicketEntrance({
      connections,
      admission: { table: asTable(tables.admission), name: 'admission' },
      connectionsPerSubject: CONNECTIONS_PER_SUBJECT,
      clock: process.clock,
    });
    const hash = createHash('sha256').update(admission.ticket).digest('base64url');
    return (await entrance.enter(connection, hash, admission.origin)) === 'connected';
  } catch (error) {
    if (!(error instanceof Unavailable)) {
      throw error;
    }
    return false;
  }
}

/** lambda/message.handler.ts */
export async function message(connection: Connection, text: string, around: Surroundings): Promise<string> {
  const { log, process, admission, newId } = around;
  const parsed = parseClientFrame(text);
  try {
    return JSON.stringify(
      await answer(parsed, {
        connection,
        connections: subscriptionsOf(around),
        log,
        allowances: admission,
        closer: admission,
        clock: process.clock,
        newId,
      }),
    );
  } catch (error) {
    around.failed(error);
    return JSON.stringify(errorFrame({ code: 'internal', message: 'The server failed' }));
  }
}

/** lambda/disconnect.handler.ts */
export function disconnect(connection: Connection, { process, tables }: Surroundings): Promise<void> {
  return new ConnectionTable(asTable(tables.connections), process.clock).disconnect(connection);
}

/** lambda/dispatch.handler.ts */
export function dispatch(messages: Message[], around: Surroundings): Promise<Message | undefined> {
  return fanOut(messages, { connections: subscriptionsOf(around), queue: around.queue });
}

/** lambda/deliver.handler.ts @returns the entries that failed */
export async function deliverAll(entries: Entry[], around: Surroundings): Promise<Entry[]> {
  const { process, tables, queue, outbox } = around;
  const deliveries = new Map<Delivery, Entry>(entries.map((entry) => [parseDelivery(entry.body), entry]));
  const { failed, errors } = await deliver([...deliveries.keys()], {
    outbox,
    connections: new ConnectionTable(asTable(tables.connections), process.clock),
    queue,
    clock: process.clock,
    deadline: process.clock.now() + Timeout.EVENT - Timeout.DELIVER_RESERVE,
  });
  for (const error of errors.filter((each) => !(each instanceof Unavailable))) {
    around.failed(error);
  }
  return failed.flatMap((delivery) => deliveries.get(delivery) ?? []);
}

/** lambda/revoke.handler.ts, for one record */
export async function revoke(item: Item, { process, tables, outbox }: Surroundings): Promise<void> {
  await depart(departureOf(item), {
    connections: new ConnectionTable(asTable(tables.connections), process.clock),
    gate: outbox,
    clock: process.clock,
    deadline: process.clock.now() + Timeout.EVENT - Timeout.REVOKE_RESERVE,
  });
}

/** The connection table as the functions have it that subscribe, or find shards. */
export function subscriptionsOf({ tables, process }: Surroundings): SubscriptionTable {
  return new SubscriptionTable(asTable(tables.connections), process.clock);
}
