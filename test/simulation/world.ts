import { type ClientOptions, TwinlaneClient } from '../../client';
import { AdmissionTable } from '../../lambda/adapters/admission-table';
import { DynamoMessageLog, messageOf } from '../../lambda/adapters/message-log';
import { noAdmission } from '../../lambda/adapters/no-admission';
import type { Item } from '../../lambda/adapters/table';
import { topicKey } from '../../lambda/realtime/authorization';
import { Unavailable } from '../../lambda/realtime/ports';
import type { Principal } from '../../lambda/realtime/principal';
import type { Message, Position } from '../../lambda/realtime/protocol';
import { Random } from '../../tools/scale/random';
import { asTable, MemoryTable, type Tables } from '../support/memory/table';
import type { Bugs } from './bugs';
import { Faults } from './faults';
import { connect, deliverAll, disconnect, dispatch, message, revoke, type Surroundings, Timeout } from './functions';
import { Gateway } from './gateway';
import type { Event, Happening } from './history';
import { HttpLane } from './http-lane';
import { type Outcome, Process } from './process';
import { Queue } from './queue';
import type { SimulatedSocket } from './socket';
import { Stream } from './stream';
import { Time } from './time';
import { principalOf, tokenOf } from './tokens';
import { UnreliableTable } from './unreliable-table';

/** A client, and the sockets it has opened. */
export interface Person {
  client: TwinlaneClient;
  sockets: SimulatedSocket[];
}

/** Both lanes, the log and the way out: the code is that of the app, what it runs on is not. A seed decides all that happens. */
export class World {
  readonly random: Random;
  readonly time: Time;
  readonly faults: Faults;
  readonly events: Event[] = [];
  readonly messageTable = new MemoryTable({ written: (item) => this.inserted(item) });
  readonly admissionTable = new MemoryTable({ written: (item) => void this.departed(item) });
  readonly connectionTable = new MemoryTable({ others: { admission: this.admissionTable } });
  readonly http: HttpLane;
  readonly gateway: Gateway;
  readonly stream: Stream;
  readonly queue: Queue;
  /** How long messages are kept, in seconds. */
  readonly retentionSeconds: number;
  /** Whether clients are authenticated, and belong to tenants. */
  readonly ticketed: boolean;
  private readonly tokenSeconds: number;
  private ids = 0;

  constructor(
    readonly seed: number,
    private readonly bugs: Bugs = {},
  ) {
    this.random = new Random(seed);
    this.time = new Time(() => this.random.next());
    this.faults = new Faults(seed);
    this.retentionSeconds = this.random.next() < 0.2 ? 600 : 24 * 3600;
    this.ticketed = this.random.next() < 0.5;
    this.tokenSeconds = this.random.next() < 0.3 && !this.faults.calm ? 900 : 24 * 3600;
    this.http = new HttpLane(this.time, this.faults, () => {
      const process = new Process(this.time, this.faults);
      return {
        process,
        log: this.logOf(process),
        admission: this.admissionOf(process),
        authenticate: async (authorization) => principalOf(authorization, this.time.now()),
        newId: this.newId,
        failed: (error) => this.failed('service', error),
      };
    });
    this.gateway = new Gateway(this.time, this.faults, {
      connect: async (connection, protocols) => {
        const outcome = await this.run('connect', Timeout.ROUTE, (around) => connect(connection, protocols, around));
        return outcome !== 'ended' && 'value' in outcome && outcome.value;
      },
      message: async (connection, text) => {
        const outcome = await this.run('message', Timeout.ROUTE, (around) => message(connection, text, around));
        return outcome !== 'ended' && 'value' in outcome ? outcome.value : '{"message":"Internal server error"}';
      },
      disconnect: async (connection) => {
        await this.run('disconnect', Timeout.ROUTE, (around) => disconnect(connection, around));
      },
    });
    this.stream = new Stream(
      this.time,
      this.faults,
      (messages) => this.run('dispatch', Timeout.EVENT, (around) => (this.bugs.dispatch ?? dispatch)(messages, around)),
      2,
    );
    this.queue = new Queue(this.time, this.faults, (entries) =>
      this.run('deliver', Timeout.EVENT, (around) => deliverAll(entries, around)),
    );
  }

  readonly newId = (): string => {
    this.ids += 1;
    return `id-${this.ids}`;
  };

  /** @returns the name that a topic has in the tables. */
  keyOf(principal: Pick<Principal, 'tenant'>, topic: string): string {
    return this.ticketed ? topicKey(principal, topic) : topic;
  }

  happens(happening: Happening): void {
    this.events.push({ at: this.time.now(), ...happening });
  }

  failed(where: string, error: unknown): void {
    this.happens({ type: 'failed', where, error });
  }

  /** @param subject whose tokens the client sends, where clients are authenticated */
  person({ tenant, subject }: Pick<Principal, 'tenant' | 'subject'>, options: Partial<ClientOptions>): Person {
    const sockets: SimulatedSocket[] = [];
    const client = new TwinlaneClient({
      api: 'https://api.example.com',
      websocket: 'wss://ws.example.com',
      clock: this.time,
      newId: this.newId,
      fetch: this.http.fetch,
      WebSocket: this.gateway.sockets((socket) => sockets.push(socket)),
      token: this.ticketed ? () => tokenOf({ tenant, subject }, this.time.now(), this.tokenSeconds) : undefined,
      ...options,
      ...this.bugs.client,
    });
    return { client, sockets };
  }

  /** @returns what opens a socket; nothing if there was no answer, or none is needed. */
  async ticketFor(subject: Pick<Principal, 'tenant' | 'subject'>): Promise<string | undefined> {
    if (!this.ticketed) {
      return undefined;
    }
    const late = new AbortController();
    this.time.setTimeout(() => late.abort(), 10_000);
    const request = {
      method: 'POST',
      headers: { authorization: `Bearer ${tokenOf(subject, this.time.now(), this.tokenSeconds)}` },
      signal: late.signal,
    };
    try {
      const response = await this.http.fetch('https://api.example.com/v1/tickets', request);
      return response.ok ? ((await response.json()) as { ticket: string }).ticket : undefined;
    } catch (error) {
      if (!late.signal.aborted && !(error instanceof TypeError)) {
        throw error;
      }
      return undefined;
    }
  }

  /** Where every topic stands. */
  get heads(): Record<string, Position> {
    const heads = this.messageTable.items.filter(({ sk }) => sk === 'HEAD');
    return Object.fromEntries(
      heads.map(({ pk, epoch, lastSequence }) => [pk.slice('TOPIC#'.length), { epoch, sequence: lastSequence }]),
    );
  }

  get log(): Message[] {
    return this.messageTable.items.filter(isMessage).map(messageOf);
  }

  /** Puts the log back to what it was: every head gets a new epoch, as {@link DynamoMessageLog} says, before anybody writes. */
  restore(items: readonly Item[]): void {
    const renewed = (item: Item) =>
      item.sk === 'HEAD' && !this.bugs.sameEpochs ? { ...item, epoch: this.newId() } : item;
    this.messageTable.restore(items.map(renewed));
    this.happens({ type: 'restored', heads: this.heads });
  }

  private async run<T>(
    name: string,
    timeout: number,
    work: (surroundings: Surroundings) => Promise<T>,
  ): Promise<Outcome<T>> {
    const process = new Process(this.time, this.faults).limit(timeout);
    const outcome = await process.run(() =>
      work({
        process,
        tables: {
          connections: this.seenBy(process, this.connectionTable),
          admission: this.seenBy(process, this.admissionTable),
        },
        ticketed: this.ticketed,
        log: this.logOf(process),
        admission: this.ticketed ? this.admissionOf(process) : noAdmission,
        queue: this.queue.seenBy(process),
        outbox: this.gateway.seenBy(process),
        newId: this.newId,
        failed: (error) => this.failed(name, error),
      }),
    );
    if (outcome !== 'ended' && 'error' in outcome && !(outcome.error instanceof Unavailable)) {
      this.failed(name, outcome.error);
    }
    return outcome;
  }

  private logOf(process: Process): DynamoMessageLog {
    const table = this.seenBy(process, this.messageTable);
    return new DynamoMessageLog({
      table: asTable(this.bugs.messageTable?.(table) ?? table),
      retentionSeconds: this.retentionSeconds,
      clock: process.clock,
      newId: this.newId,
    });
  }

  private admissionOf(process: Process): AdmissionTable {
    return new AdmissionTable(asTable(this.seenBy(process, this.admissionTable)), process.clock, ALLOWANCE);
  }

  /** The stream of the admission table, as its event source filters it, until the functions have done it. */
  private async departed(item: Item): Promise<void> {
    if (item.sk !== 'REVOCATION' && item.sk !== 'CLOSING') {
      return;
    }
    for (let attempt = 1, done = false; !done; attempt += 1) {
      await this.time.wait(Math.min(250 * 2 ** attempt, 60_000) * this.time.random());
      const outcome = await this.run('revoke', Timeout.EVENT, (around) => revoke(item, around));
      done = outcome !== 'ended' && 'value' in outcome;
    }
  }

  private seenBy(process: Process, table: MemoryTable): Tables {
    return new UnreliableTable(table, process, this.faults);
  }

  private inserted(item: Item): void {
    if (isMessage(item)) {
      const message = messageOf(item);
      this.happens({ type: 'committed', message });
      this.stream.add(message);
    }
  }
}

/** What a subject may publish, in both lanes, and tickets. */
export const ALLOWANCE = { perSecond: 5, burst: 20 };

const isMessage = ({ sk }: Item): boolean => sk.startsWith('MESSAGE#');
