import { untilDeadline } from '../realtime/backoff';
import { type Clock, type Connection, type ConnectionOpener, Unavailable } from '../realtime/ports';
import { pricesOf, type RateLimit } from '../realtime/rate-limit';
import { isGood } from '../realtime/tickets';
import { closeRequest, holderOf, notRevoked, revocationKey, ticketKey } from './admission-table';
import type { ConnectionTable } from './connection-table';
import type { Table } from './table';

export interface ConnectionOpenerOptions {
  connections: Pick<ConnectionTable, 'slotFor' | 'opening' | 'transact'>;
  /** Admission table, and its name for the transaction, which the connection table's client runs. */
  admission: { table: Table; name: string };
  /** Maximum number of connections of a subject. */
  connectionsPerSubject: number;
  /** Rate limit of a connection's frames. */
  frames: RateLimit;
  clock: Clock;
}

/** Milliseconds for which a write is retried after conflicts with others for the same ticket or subject. */
const RETRY_FOR = 4000;
const BACKOFF = { base: 20, cap: 500 };

/** Consumes tickets of the admission table and opens connections in the connection table, in one transaction. */
export class DynamoConnectionOpener implements ConnectionOpener {
  constructor(private readonly options: ConnectionOpenerOptions) {}

  async open(connection: Connection, hash: string, origins: readonly string[]): ReturnType<ConnectionOpener['open']> {
    const { admission, connections, connectionsPerSubject, frames, clock } = this.options;
    const item = await admission.table.get(ticketKey(hash));
    if (
      !item ||
      !isGood({ principal: holderOf(item), origin: item.origin, expiresAt: item.expiresAt }, origins, clock.now())
    ) {
      return 'unauthorized';
    }
    const principal = holderOf(item);
    const fullAt = item.startsEmpty ? clock.now() + pricesOf(frames, {}).empty : 0;
    const stillGood = {
      expression: 'expiresAt > :now AND origin = :origin',
      values: { ':now': Math.floor(clock.now() / 1000), ':origin': item.origin },
    };
    const admitting = [
      { table: admission.name, delete: ticketKey(hash), condition: stillGood },
      { table: admission.name, check: revocationKey(principal), condition: notRevoked(principal) },
    ];
    const deadline = clock.now() + RETRY_FOR;
    // Another connection of the subject can take the slot between the read and the write. The next attempt uses another slot,
    // and another token, because a token belongs to one set of writes.
    for (let attempt = 1; ; attempt++) {
      const slot = await connections.slotFor(principal, connectionsPerSubject);
      const writes = [
        ...admitting,
        ...connections.opening(connection, principal, slot, fullAt),
        ...(slot.takenFrom
          ? [{ table: admission.name, put: closeRequest(slot.takenFrom, clock.now(), 'connection_limit') }]
          : []),
      ];
      const outcome = await untilDeadline(() => connections.transact(writes, `${connection.id}.${attempt}`), {
        clock,
        deadline,
        backoff: BACKOFF,
      });
      if (outcome === 'written') {
        return { principal, fullAt, slot: slot.number };
      }
      if (outcome === 'busy' || clock.now() > deadline) {
        throw new Unavailable();
      }
      const [gone, revoked] = outcome;
      if (gone || revoked) {
        return 'unauthorized';
      }
    }
  }
}
