import { type ClientOptions, TwinlaneClient } from '../../client';
import { DynamoMessageLog, messageOf } from '../../lambda/adapters/message-log';
import { ShardPlans } from '../../lambda/adapters/shard-plans';
import type { Item } from '../../lambda/adapters/table';
import { Unavailable } from '../../lambda/realtime/ports';
import type { Message, Position } from '../../lambda/realtime/protocol';
import { FULL_SHARD } from '../../lambda/realtime/sharding';
import { Random } from '../../simulate/random';
import { asTable, MemoryTable, type Tables } from '../memory/table';
import type { Bugs } from './bugs';
import { Faults } from './faults';
import { connect, deliverAll, disconnect, dispatch, message, type Surroundings, Timeout } from './functions';
import { Gateway } from './gateway';
import type { Event, Happening } from './history';
import { HttpLane } from './http-lane';
import { type Outcome, Process } from './process';
import { Queue } from './queue';
import type { SimulatedSocket } from './socket';
import { Stream } from './stream';
import { Time } from './time';
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
  readonly messageTable = new MemoryTable((item) => this.inserted(item));
  readonly connectionTable = new MemoryTable();
  readonly http: HttpLane;
  readonly gateway: Gateway;
  readonly stream: Stream;
  readonly queue: Queue;
  /** How long messages are kept, in seconds. */
  readonly retentionSeconds: number;
  private ids = 0;

  constructor(
    readonly seed: number,
    private readonly bugs: Bugs = {},
  ) {
    this.random = new Random(seed);
    this.time = new Time(() => this.random.next());
    this.faults = new Faults(seed);
    this.retentionSeconds = this.random.next() < 0.2 ? 600 : 24 * 3600;
    this.http = new HttpLane(this.time, this.faults, () => {
      const process = new Process(this.time, this.faults);
      return { process, log: this.logOf(process), newId: this.newId, failed: (error) => this.failed('service', error) };
    });
    this.gateway = new Gateway(this.time, this.faults, {
      connect: async (connection) => {
        const outcome = await this.run('connect', Timeout.ROUTE, (around) => connect(connection, around));
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
      (messages) =>
        this.run('dispatch', Timeout.DISPATCH, (around) => (this.bugs.dispatch ?? dispatch)(messages, around)),
      2,
    );
    this.queue = new Queue(this.time, this.faults, (entries) =>
      this.run('deliver', Timeout.DELIVER, (around) => deliverAll(entries, around)),
    );
  }

  readonly newId = (): string => {
    this.ids += 1;
    return `id-${this.ids}`;
  };

  happens(happening: Happening): void {
    this.events.push({ at: this.time.now(), ...happening });
  }

  failed(where: string, error: unknown): void {
    this.happens({ type: 'failed', where, error });
  }

  person(options: Partial<ClientOptions>): Person {
    const sockets: SimulatedSocket[] = [];
    const client = new TwinlaneClient({
      api: 'https://api.example.com',
      websocket: 'wss://ws.example.com',
      clock: this.time,
      newId: this.newId,
      fetch: this.http.fetch,
      WebSocket: this.gateway.sockets((socket) => sockets.push(socket)),
      ...options,
      ...this.bugs.client,
    });
    return { client, sockets };
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

  /** A topic gets four times as many shards, as if so many had subscribed. */
  async grow(topic: string): Promise<void> {
    const process = new Process(this.time, this.faults);
    const plans = new ShardPlans(asTable(this.seenBy(process, this.connectionTable)), process.clock);
    const outcome = await process.run(async () => plans.resize(topic, await plans.renew(topic), FULL_SHARD + 1));
    if (outcome !== 'ended' && 'error' in outcome && !(outcome.error instanceof Unavailable)) {
      this.failed('grow', outcome.error);
    }
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
        connectionTable: this.seenBy(process, this.connectionTable),
        log: this.logOf(process),
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

const isMessage = ({ sk }: Item): boolean => sk.startsWith('MESSAGE#');
