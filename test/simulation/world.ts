import type { DynamoDBRecord } from 'aws-lambda';
import { type ClientOptions, type HttpRequest, TwinlaneClient } from '../../client';
import { HintQueue as SqsHintQueue } from '../../lambda/adapters/hint-queue';
import { hintOf, messageOf } from '../../lambda/adapters/kept-messages';
import { DynamoMessageLog } from '../../lambda/adapters/message-log';
import { type Item, Table } from '../../lambda/adapters/table';
import { createHandler as createConnect } from '../../lambda/connect';
import { createHandler as createDeliver } from '../../lambda/deliver';
import { createHandler as createDisconnect } from '../../lambda/disconnect';
import { createHandler as createDispatch } from '../../lambda/dispatch';
import { KeyPrefix, SortKey } from '../../lambda/keys';
import type { Logger } from '../../lambda/logger';
import { createHandler as createMessage } from '../../lambda/message';
import { topicKey } from '../../lambda/realtime/authorization';
import { type Task, Unavailable } from '../../lambda/realtime/ports';
import { identityOf, type Principal } from '../../lambda/realtime/principal';
import { type Message, type Position, PROTOCOL } from '../../client/protocol';
import { CLOCK_TOLERANCE } from '../../lambda/realtime/revocation';
import { createHandler as createPush } from '../../lambda/push';
import { createHandler as createRevoke } from '../../lambda/revoke';
import { newImageOf } from '../../lambda/stream-record';
import { HotPartitions } from './hot-partitions';
import { Random } from './random';
import { MemoryDynamoDB, type StreamRecord } from '../support/memory/dynamodb';
import { Aws, HINT_QUEUE_URL } from './aws';
import type { Bugs } from './bugs';
import type { Entry } from './entry';
import { Faults } from './faults';
import { Forger } from './forger';
import { Gateway, type Routes } from './gateway';
import { HintQueue } from './hint-queue';
import type { Event, Happening } from './history';
import { HttpLane } from './http-lane';
import { type Outcome, Process } from './process';
import { Queue } from './queue';
import { Reached } from './reached';
import { ServerLane, type Serving } from './server-lane';
import type { SimulatedSocket } from './socket';
import { Stream } from './stream';
import { Time } from './time';
import { principalOf, readToken, tokenOf } from './tokens';
import { TABLES, Wiring } from './wiring';

/** Timeouts of functions, in milliseconds: 29 s for routes, 30 s for messages, 10 s for hints, 25 s for logouts. */
const Timeout = { ROUTE: 29_000, EVENT: 30_000, PUSH: 10_000, REVOKE: 25_000 } as const;

/**
 * Shares of runs without hints, and with another pause than the default before a message with a hint, in milliseconds.
 */
const [WITHOUT_HINTS, OTHER_PAUSE, PAUSE, OTHER_PAUSES] = [0.1, 0.3, 600, [1, 100, 5000, 60_000]] as const;

/** Share of tickets whose subject is logged out at about the time of the handshake, and the maximum milliseconds until then. */
const [LOGOUTS, LOGOUT] = [0.03, 500];

/**
 * Shares of suspended servers for which the subject of a socket is logged out meanwhile, and a message is published to each
 * topic, and the maximum milliseconds until then.
 */
const [LOGOUTS_OF_SUSPENDED, PUBLISHED_TO_SUSPENDED, SUSPENDED] = [0.3, 0.5, 20_000];

/** One run in this number has servers of its own instead of an API Gateway API. */
const SERVERS_EVERY = 3;

/** Share of tickets that are used by somebody else, too, and the maximum milliseconds until then: beyond their end. */
const [THEFTS, THEFT] = [0.05, 60_000];

/** Maximum differences between the clocks of the app and of others: the token's issuer in seconds, clients in milliseconds. */
const [ISSUER_SKEW, CLIENT_SKEW] = [CLOCK_TOLERANCE, 3_600_000];

/** A client and the sockets that it has opened. */
export interface SimulatedClient {
  client: TwinlaneClient;
  sockets: SimulatedSocket[];
}

/** Both lanes in a simulated run. The code is that of the app, on emulated services. The seed determines all events. */
export class World {
  readonly random: Random;
  readonly time: Time;
  readonly faults: Faults;
  readonly events: Event[] = [];
  readonly dynamo: MemoryDynamoDB;
  readonly http: HttpLane;
  readonly entry: Entry;
  /** The servers of the lane. Undefined with an API Gateway API. */
  readonly servers: ServerLane | undefined;
  private readonly gateway: Gateway;
  /** Streams of the message log and of the admission table. */
  readonly streams: Record<'log' | 'admission', Stream>;
  readonly queue: Queue;
  readonly hintQueue: HintQueue;
  /** Retention of messages, in seconds. */
  readonly retentionSeconds: number;
  /** Pause of a topic after which messages are hinted, in milliseconds. Undefined without hints. */
  readonly hintAfter: number | undefined;
  /** True if clients are authenticated and belong to tenants. */
  readonly ticketed: boolean;
  private readonly tokenSeconds: number;
  /** Seconds by which the clock of the token's issuer is ahead of the app's. */
  private readonly issuerAhead: number;
  private readonly hotPartitions: HotPartitions;
  private readonly forger: Forger;
  private readonly reached: Reached;
  private readonly leases = new Map<string, Task | undefined>();
  private clients = 0;
  /** Names of tickets, by their text. */
  private readonly tickets = new Map<string, string>();
  private ids = 0;

  constructor(
    readonly seed: number,
    private readonly bugs: Bugs = {},
  ) {
    this.random = new Random(seed);
    this.time = new Time(() => this.random.next());
    const hasServers = seed % SERVERS_EVERY === 1;
    this.faults = new Faults(seed, hasServers);
    this.retentionSeconds = this.random.next() < 0.2 ? 600 : 24 * 3600;
    this.ticketed = this.random.next() < 0.5;
    this.tokenSeconds = this.random.next() < 0.3 ? 900 : 24 * 3600;
    this.issuerAhead = this.random.below(2 * ISSUER_SKEW + 1) - ISSUER_SKEW;
    this.hintAfter = this.random.next() < WITHOUT_HINTS ? undefined : this.pause();
    this.hotPartitions = new HotPartitions(this.time, this.faults);
    this.dynamo = new MemoryDynamoDB({
      tables: Object.values(TABLES),
      now: this.time.now,
      schedule: this.time.setTimeout,
      written: (table, record) => this.written(table, record),
      lags: () => this.faults.strikes('an eventually consistent read is old'),
    });
    const routes: Routes = {
      connect: (event) => this.run('connect', Timeout.ROUTE, ({ connect }) => createConnect(connect)(event)),
      message: (event) => this.run('message', Timeout.ROUTE, ({ message }) => createMessage(message)(event)),
      disconnect: (event) =>
        this.run('disconnect', Timeout.ROUTE, (wiring) => createDisconnect(wiring.disconnect)(event)),
    };
    this.reached = new Reached(this.time.now, () => this.dynamo.items(TABLES.connections));
    this.gateway = new Gateway(
      this.time,
      this.faults,
      routes,
      (happening) => this.record(happening),
      (id, text) => this.reached.posted(id, text),
    );
    // Settings of lib/websocket-lane/delivery.ts and lib/websocket-lane/revocation.ts.
    this.streams = {
      log: new Stream(this.time, this.faults, {
        batch: 100,
        attempts: 6,
        filter: [KeyPrefix.MESSAGE],
        handle: (event) => this.run('dispatch', Timeout.EVENT, ({ dispatch }) => createDispatch(dispatch)(event)),
      }),
      admission: new Stream(this.time, this.faults, {
        batch: 100,
        attempts: 11,
        filter: [SortKey.REVOCATION, SortKey.CLOSING],
        handle: (event) =>
          this.run('revoke', Timeout.REVOKE, ({ revoke }, context) => createRevoke(revoke)(event, context)),
      }),
    };
    this.queue = new Queue(
      this.time,
      this.faults,
      (event) => this.run('deliver', Timeout.EVENT, ({ deliver }, context) => createDeliver(deliver)(event, context)),
      (body) => this.reached.enqueued(body),
    );
    this.hintQueue = new HintQueue(this.time, this.faults, (event) =>
      this.run('push', Timeout.PUSH, ({ push }) => createPush(push)(event)),
    );
    this.forger = new Forger(this.time, this.faults, (body) => this.hintQueue.add(body));
    this.servers = hasServers ? new ServerLane(this.time, this.faults, this.serving) : undefined;
    this.entry = this.servers ?? this.gateway;
    // Last: its tasks use all others.
    this.http = new HttpLane(
      this.time,
      this.faults,
      () => {
        const process = new Process(this.time, this.faults);
        const { pages, admission } = this.wiring('service', process);
        return {
          process,
          log: pages,
          admission,
          authenticate: async (authorization) => principalOf(authorization, this.time.now()),
          newId: this.newId,
          failed: (error) => this.failed('service', error),
        };
      },
      this.answered,
    );
  }

  /** Dependencies of the servers of the lane on this world. */
  private get serving(): Serving {
    return {
      dependencies: (process) => this.wiring('server', process).server,
      failed: (error) => this.failed('server', error),
      record: (happening) => this.record(happening),
      posted: (id, text) => this.reached.posted(id, text),
      suspended: (principals) => this.disturb(principals),
    };
  }

  /** Logs out the subject of one of the sockets of a suspended server in some cases, and publishes meanwhile. */
  private disturb(principals: readonly Principal[]): void {
    const { random, time } = this;
    const principal = principals[random.below(principals.length)];
    if (principal && this.ticketed && random.next() < LOGOUTS_OF_SUSPENDED) {
      time.setTimeout(() => void this.logOut(principal), SUSPENDED * random.next());
    }
    const topics = Object.keys(this.heads);
    for (const topic of principals.length > 0 && random.next() < PUBLISHED_TO_SUSPENDED ? topics : []) {
      time.setTimeout(() => void this.append(topic), SUSPENDED * random.next());
    }
  }

  /** @returns the pause of a topic after which messages are hinted, in milliseconds */
  private pause(): number {
    const isOther = this.random.next() < OTHER_PAUSE;
    return (isOther && OTHER_PAUSES[this.random.below(OTHER_PAUSES.length)]) || PAUSE;
  }

  readonly newId = (): string => {
    this.ids += 1;
    return `id-${this.ids}`;
  };

  /** @returns the topic key, as in the tables. */
  keyOf(principal: Pick<Principal, 'tenant'>, topic: string): string {
    return this.ticketed ? topicKey(principal, topic) : topic;
  }

  /** Adds an event to the history. A ticket gets a name, because its text is random and differs in each repetition of a run. */
  record(happening: Happening): void {
    const named =
      'ticket' in happening && happening.ticket !== undefined
        ? { ...happening, ticket: this.tickets.get(happening.ticket) ?? 'unknown' }
        : happening;
    this.events.push({ at: this.time.now(), ...named });
  }

  failed(where: string, error: unknown): void {
    this.record({ type: 'failed', where, error });
  }

  /** Creates a client. @param subject of the token that it sends if clients are authenticated */
  client({ tenant, subject }: Pick<Principal, 'tenant' | 'subject'>, options: Partial<ClientOptions>): SimulatedClient {
    const { time, random } = this;
    const sockets: SimulatedSocket[] = [];
    this.clients += 1;
    const name = `client${this.clients}`;
    const ahead = Math.floor((random.next() < 0.5 ? CLIENT_SKEW : 0) * (2 * random.next() - 1));
    const { setTimeout, clearTimeout } = time;
    const client = new TwinlaneClient({
      httpUrl: 'https://api.example.com',
      webSocketUrl: 'wss://ws.example.com',
      clock: {
        now: () => time.now() + ahead,
        date: () => time.now() + ahead,
        random: time.random,
        setTimeout,
        clearTimeout,
      },
      newId: this.newId,
      fetch: this.http.fetch,
      WebSocket: this.entry.sockets((socket) => {
        sockets.push(socket);
        this.record({ type: 'connecting', client: name });
      }),
      token: this.ticketed ? () => this.token({ tenant, subject }) : undefined,
      ...options,
      ...this.bugs.client,
    });
    return { client, sockets };
  }

  /** @returns a ticket; undefined if the request failed or clients are not authenticated */
  async ticketFor(subject: Pick<Principal, 'tenant' | 'subject'>): Promise<string | undefined> {
    const response = this.ticketed ? await this.request('POST', '/v1/tickets', subject) : undefined;
    return response?.ok ? ((await response.json()) as { ticket: string }).ticket : undefined;
  }

  /** Logs a subject out, in one attempt. */
  async logOut(subject: Pick<Principal, 'tenant' | 'subject'>): Promise<void> {
    const since = this.time.now();
    if ((await this.request('DELETE', '/v1/connections', subject))?.ok) {
      this.record({ type: 'loggedOut', subject: identityOf(subject), since });
    }
  }

  /** Sends a request with a new token of a subject. @returns undefined if there was no response within 10 s */
  private async request(method: string, path: string, subject: Pick<Principal, 'tenant' | 'subject'>) {
    const late = new AbortController();
    this.time.setTimeout(() => late.abort(), 10_000);
    const headers = { authorization: `Bearer ${this.token(subject)}` };
    try {
      return await this.http.fetch(`https://api.example.com${path}`, { method, headers, signal: late.signal });
    } catch (error) {
      if (!late.signal.aborted && !(error instanceof TypeError)) {
        throw error;
      }
      return undefined;
    }
  }

  private token(subject: Pick<Principal, 'tenant' | 'subject'>): string {
    return tokenOf(subject, this.time.now() + this.issuerAhead * 1000, this.tokenSeconds);
  }

  /** Appends a message without faults, in one step that readers see as a whole, unless a transaction of its topic is ongoing. */
  readonly append = async (topic: string): Promise<void> => {
    const { time, retentionSeconds, newId, dynamo, hintAfter: after } = this;
    const hints = new SqsHintQueue({
      client: { call: async <T>(operation: string, input: object) => this.hintQueue.answer(operation, input) as T },
      queueUrl: HINT_QUEUE_URL,
      waitFor: 0,
      clock: time,
      failed: () => undefined,
    });
    const log = new DynamoMessageLog({
      hinting: after === undefined ? undefined : { hints, after },
      table: new Table(dynamo, TABLES.log, time),
      retentionSeconds,
      clock: time,
      newId,
    });
    const publishedAt = new Date(time.now()).toISOString();
    const appended = log.append({ topic, id: newId(), data: newId(), publishedAt, subject: 'operator' });
    await appended.catch(ignoreUnavailable);
  };

  /** A burst of messages is being published to a topic. */
  burst(topic: string): void {
    this.hotPartitions.burst(TABLES.log, `${KeyPrefix.TOPIC}${topic}`);
  }

  /** Position of every topic. */
  get heads(): Record<string, Position> {
    const heads = this.dynamo.items(TABLES.log).filter(({ sk }) => sk === SortKey.HEAD);
    return Object.fromEntries(
      heads.map(({ pk, epoch, lastSequence }) => [pk.slice(KeyPrefix.TOPIC.length), { epoch, sequence: lastSequence }]),
    );
  }

  /** Keys of the items about connections that have not expired. */
  get records(): string[] {
    const seconds = this.time.now() / 1000;
    const items = this.dynamo.items(TABLES.connections);
    return items
      .filter(({ sk, expiresAt }) => sk !== SortKey.SHARDS && expiresAt > seconds)
      .map(({ pk, sk }) => `${pk} ${sk}`);
  }

  get log(): Message[] {
    return this.dynamo.items(TABLES.log).filter(isMessage).map(messageOf);
  }

  /** Restores a backup of the log. Every head gets a new epoch before the next write, as DynamoMessageLog requires. */
  restore(items: readonly Item[]): void {
    const renewed = (item: Item) =>
      item.sk === SortKey.HEAD && !this.bugs.sameEpochs ? { ...item, epoch: this.newId() } : item;
    this.dynamo.restore(TABLES.log, items.map(renewed));
    this.record({ type: 'restored', heads: this.heads });
  }

  /** Invokes a function in a new process. */
  private async run<T>(
    name: string,
    timeout: number,
    work: (wiring: Wiring, context: { getRemainingTimeInMillis(): number }) => Promise<T>,
  ): Promise<Outcome<T>> {
    const ends = name === 'push' ? 'push ends between two awaits' : undefined;
    const process = new Process(this.time, this.faults, ends).limit(timeout);
    const context = { getRemainingTimeInMillis: () => process.remaining() };
    const outcome = await process.run(() => work(this.wiring(name, process), context));
    if (outcome !== 'ended' && 'error' in outcome && !(outcome.error instanceof Unavailable)) {
      this.failed(name, outcome.error);
    }
    return outcome;
  }

  private wiring(name: string, process: Process): Wiring {
    const { dynamo, queue, hintQueue, gateway, servers, hotPartitions } = this;
    const { ticketed, retentionSeconds, hintAfter, newId, bugs, leases } = this;
    const aws = new Aws(process, this.faults, { dynamo, queue, hintQueue, gateway, servers, hotPartitions });
    // An error other than Unavailable is a bug, except of a forged hint.
    const logger: Logger = ({ event, error, stack }) => {
      const isForged = event === 'hint_unreadable' && this.faults.struck.has('a hint is forged');
      if (error !== undefined && error !== 'Unavailable' && !isForged) {
        this.failed(name, `${error} ${stack}`);
      }
    };
    const settings = { ticketed, retentionSeconds, hintAfter, newId, bugs, servers: servers !== undefined, leases };
    return new Wiring(settings, process.clock, aws, logger);
  }

  /** Records the ticket that a response contains. */
  private readonly answered = async (path: string, { headers }: HttpRequest, response: Response): Promise<void> => {
    if (path === '/v1/tickets' && response.ok) {
      const { ticket, expiresAt: until } = (await response.json()) as { ticket: string; expiresAt: string };
      const principal = readToken(headers.authorization ?? '');
      const { issuedAt, expiresAt } = principal;
      const holder = { subject: identityOf(principal), issuedAt: issuedAt - this.issuerAhead, expiresAt };
      this.tickets.set(ticket, `ticket${this.tickets.size + 1}`);
      this.record({ type: 'ticket', ticket, holder, until: Date.parse(until) });
      if (!this.faults.ended && this.random.next() < LOGOUTS) {
        this.time.setTimeout(() => void this.logOut(principal), LOGOUT * this.random.next());
      }
      if (!this.faults.ended && this.random.next() < THEFTS) {
        const Socket = this.entry.sockets(() => undefined);
        this.time.setTimeout(
          () => new Socket('wss://ws.example.com', [PROTOCOL, `ticket.${ticket}`]),
          THEFT * this.random.next() ** 2,
        );
      }
    }
  };

  private written(table: string, record: StreamRecord): void {
    const item = newImageOf({ dynamodb: record } as DynamoDBRecord);
    if (table === TABLES.log && isMessage(item)) {
      const [message, hint] = [messageOf(item), hintOf(item)];
      this.record({ type: 'committed', message });
      this.forger.see(message, hint);
      if (hint) {
        this.reached.wrote(message, hint);
      }
    }
    if (table === TABLES.log && item.pk.startsWith(KeyPrefix.PUSHED)) {
      const [topic, epoch, first] = item.pk.slice(KeyPrefix.PUSHED.length).split('#') as [string, string, string];
      const missing = this.reached.missing({ epoch, first: Number(first) });
      this.record({ type: 'marked', topic, epoch, first: Number(first), missing });
    }
    if (table !== TABLES.connections) {
      this.streams[table as 'log' | 'admission'].add(record);
    }
  }
}

function ignoreUnavailable(error: unknown): void {
  if (!(error instanceof Unavailable)) {
    throw error;
  }
}

const isMessage = ({ sk }: Item): boolean => sk.startsWith(KeyPrefix.MESSAGE);
