import { untilDeadline } from '../realtime/backoff';
import { type Clock, type Connection, type ConnectionOpener, Unavailable } from '../realtime/ports';
import { isGood } from '../realtime/tickets';
import { holderOf, notRevoked, revocationKey, ticketKey } from './admission-table';
import type { ConnectionTable } from './connection-table';
import type { Table } from './table';

export interface TicketEntranceOptions {
  connections: ConnectionTable;
  /** The admission table, and its name, for the transaction is the connection table's. */
  admission: { table: Table; name: string };
  /** Connections that a subject may have at once. */
  connectionsPerSubject: number;
  clock: Clock;
}

/** Milliseconds during which a write is repeated while others with the same ticket or subject conflict with it. */
const PATIENCE = 4000;
const BACKOFF = { base: 20, cap: 500 };

/** Consumes tickets of the admission table and opens connections in the connection table, in one transaction. */
export class DynamoConnectionOpener implements ConnectionOpener {
  constructor(private readonly options: TicketEntranceOptions) {}

  async open(connection: Connection, hash: string, origin: string): ReturnType<ConnectionOpener['open']> {
    const { admission, connections, connectionsPerSubject, clock } = this.options;
    const item = await admission.table.get(ticketKey(hash));
    if (
      !item ||
      !isGood({ principal: holderOf(item), origin: item.origin, expiresAt: item.expiresAt }, origin, clock.now())
    ) {
      return 'unauthorized';
    }
    const principal = holderOf(item);
    const stillGood = {
      expression: 'expiresAt > :now AND origin = :origin',
      values: { ':now': Math.floor(clock.now() / 1000), ':origin': origin },
    };
    const admitting = [
      { table: admission.name, delete: ticketKey(hash), condition: stillGood },
      { table: admission.name, check: revocationKey(principal), condition: notRevoked(principal) },
    ];
    const deadline = clock.now() + PATIENCE;
    // A slot may be taken by another connection of the subject between the look and the write: then another one.
    for (let attempt = 1; ; attempt++) {
      const slot = await connections.freeSlot(principal, connectionsPerSubject);
      if (slot === undefined) {
        return 'rate_limited';
      }
      const writes = [...admitting, ...connections.opening(connection, principal, slot)];
      const outcome = await untilDeadline(() => connections.transact(writes, `${connection.id}.${attempt}`), {
        clock,
        deadline,
        backoff: BACKOFF,
      });
      if (outcome === 'written') {
        return 'connected';
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
