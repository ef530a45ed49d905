import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { DynamoDBRecord, SQSEvent, SQSRecord } from 'aws-lambda';
import { AdmissionTable } from '../../lambda/adapters/admission-table';
import { SqsDeliveryQueue } from '../../lambda/adapters/delivery-queue';
import { ManagementApi } from '../../lambda/adapters/management-api';
import { HintTable } from '../../lambda/adapters/hint-table';
import { DynamoMessageLog } from '../../lambda/adapters/message-log';
import { SubscriptionTable } from '../../lambda/adapters/subscription-table';
import { Table } from '../../lambda/adapters/table';
import { DynamoConnectionOpener } from '../../lambda/adapters/connection-opener';
import type { HttpTransport } from '../../lambda/aws/http-client';
import type { OperationCaller } from '../../lambda/aws/json-client';
import type { Line } from '../../lambda/logger';
import type { Connection, DeadLetters, Hint, Hints } from '../../lambda/realtime/ports';
import type { Principal } from '../../lambda/realtime/principal';
import { ALL_TOPIC_SCOPES } from '../../lambda/realtime/scopes';
import { ticketFor } from '../../lambda/realtime/tickets';
import { ManualClock } from '../support/memory/clock';
import { cancelled, failure, MemoryDynamoDB, type StreamRecord } from '../support/memory/dynamodb';
import { MemoryMetrics } from '../support/memory/metrics';

export const ORIGIN = 'https://app.example.com';

/** Limits that are small enough to reach in a test. */
const LIMITS = { requests: { perSecond: 1, burst: 3 }, frames: { perSecond: 1, burst: 10 }, connections: 2 };

/** Pause of a topic after which the log sends a hint for its next messages, in milliseconds. */
export const HINT_AFTER = 600;

/** Context of an invocation that has all of its time left. */
export const FULL_TIME = { getRemainingTimeInMillis: () => 30_000 };

/** Creates the app's adapters on in-memory DynamoDB, SQS and `@connections`, with a manual clock. */
export function lanes() {
  const clock = new ManualClock();
  const records: { table: string; record: StreamRecord }[] = [];
  const dynamo = new MemoryDynamoDB({
    tables: ['log', 'connections', 'admission'],
    now: clock.now,
    written: (table, record) => records.push({ table, record }),
  });
  const failures: Failure[] = [];
  const interruptions: Interruption[] = [];
  const caller = contended(failing(dynamo, failures), interruptions);
  const admissionTable = new Table(caller, 'admission', clock);
  const connections = new SubscriptionTable(new Table(caller, 'connections', clock), clock, LIMITS.frames);
  const admission = new AdmissionTable(admissionTable, clock, LIMITS.requests, LIMITS.connections);
  const lines: Line[] = [];
  const gateway = memoryGateway();
  const queue = memoryQueue();
  const deadLetters = memoryDeadLetters();
  const hints = memoryHints();
  let names = 0;
  const nameOf = (kind: string) => `${kind}${(names += 1)}`;
  const newConnection = (): Connection => ({ id: `${nameOf('Connection')}=`, connectedAt: clock.now() });
  const connectionOpener = new DynamoConnectionOpener({
    connections,
    admission: { table: admissionTable, name: 'admission' },
    connectionsPerSubject: LIMITS.connections,
    frames: LIMITS.frames,
    clock,
  });
  const mint = async (principal: Principal): Promise<string> => {
    const ticket = randomBytes(32).toString('base64url');
    expect(await admission.mint(hashOf(ticket), ticketFor(principal, ORIGIN, clock.now()))).toBe('minted');
    return ticket;
  };

  return {
    clock,
    dynamo,
    connections,
    admission,
    connectionOpener,
    log: new DynamoMessageLog({
      table: new Table(caller, 'log', clock),
      retentionSeconds: 3600,
      clock,
      newId: randomUUID,
      hinting: { hints, after: HINT_AFTER },
    }),
    hints,
    /** Messages of hints, and marks of those that were pushed. */
    marks: new HintTable(new Table(caller, 'log', clock), 'connections', clock),
    queue,
    deadLetters,
    gateway,
    management: new ManagementApi({
      endpoint: 'https://gateway.example.com',
      http: gateway,
      credentials: () => ({ accessKeyId: 'id', secretAccessKey: 'secret' }),
      region: 'us-east-1',
      clock,
    }),
    /** Lines that were logged. */
    lines,
    logger: (line: Line) => void lines.push(line),
    metrics: new MemoryMetrics(),
    newId: randomUUID,

    /** Makes the next transaction fail with an error. `done`: it is performed nevertheless. */
    failTransaction: (error: Error, { done = false } = {}) =>
      failures.push({ operation: 'TransactWriteItems', error, done }),

    /** Makes the next operation of this name fail with an error. It is not performed. */
    failNext: (operation: string, error: Error) => failures.push({ operation, error, done: false }),

    /**
     * Performs other work while the next operation of this name is under way. As in DynamoDB, a write to an item of a
     * transaction that is under way is refused.
     */
    during: (operation: string, work: () => Promise<void>) => interruptions.push({ operation, work }),

    /** @returns a connection with a new id and the current time. */
    newConnection,

    newPrincipal(): Principal {
      const now = clock.now() / 1000;
      return {
        subject: nameOf('subject'),
        tenant: 'acme',
        scopes: ALL_TOPIC_SCOPES,
        issuedAt: now - 60,
        expiresAt: now + 600,
      };
    },

    /** @returns a ticket that opens a connection from {@link ORIGIN}. */
    mint,

    /** Opens a connection of a principal. */
    async opened(principal: Principal): Promise<Connection> {
      const connection = newConnection();
      expect(await connectionOpener.open(connection, hashOf(await mint(principal)), [ORIGIN])).toMatchObject({
        principal: expect.anything(),
      });
      return connection;
    },

    /** Opens a connection without authentication and subscribes it to a topic. */
    async subscribed(topic: string): Promise<Connection> {
      const connection = newConnection();
      await connections.connect(connection);
      expect(await connections.subscribe(connection, [topic])).toEqual(new Map([[topic, { subscription: '' }]]));
      return connection;
    },

    /** @returns all records of a table's stream whose sort keys have one of the prefixes */
    streamOf(table: 'log' | 'admission', ...sortKeys: string[]): DynamoDBRecord[] {
      return records
        .filter((each) => each.table === table)
        .map(({ record }, index) => ({ ...record, SequenceNumber: `${index + 1}00` }))
        .filter(({ Keys }) => sortKeys.some((sk) => Keys.sk && 'S' in Keys.sk && Keys.sk.S.startsWith(sk)))
        .map(
          ({ eventName, Keys, NewImage, SequenceNumber }) =>
            ({ eventName, dynamodb: { Keys, NewImage, SequenceNumber } }) as DynamoDBRecord,
        );
    },
  };
}

/** @returns the event of a queue for these bodies, which were sent at a time in milliseconds. */
export function sqsEvent(bodies: readonly string[], sentAt = 0): SQSEvent {
  const attributes = { SentTimestamp: `${sentAt}` };
  return { Records: bodies.map((body, index) => ({ messageId: `sqs-${index}`, body, attributes }) as SQSRecord) };
}

const hashOf = (ticket: string) => createHash('sha256').update(ticket).digest('base64url');

interface Failure {
  readonly operation: string;
  readonly error: Error;
  readonly done: boolean;
}

function failing(dynamo: MemoryDynamoDB, failures: Failure[]): OperationCaller {
  return {
    async call<Answer>(operation: string, input: object) {
      const next = failures.findIndex((each) => each.operation === operation);
      const [failure] = next < 0 ? [] : failures.splice(next, 1);
      if (failure && !failure.done) {
        throw failure.error;
      }
      const answer = await dynamo.call<Answer>(operation, input);
      if (failure) {
        throw failure.error;
      }
      return answer;
    },
  };
}

/** Faults of a queue. */
interface QueueFaults {
  next: boolean;
  never: (body: string) => boolean;
}

interface Interruption {
  readonly operation: string;
  readonly work: () => Promise<void>;
}

type Keyed = { TableName: string; Key?: object; Item?: Record<string, unknown> };

/** Refuses single writes and transactions on items of a transaction that is under way. */
function contended(caller: OperationCaller, interruptions: Interruption[]): OperationCaller {
  const busy = new Set<string>();
  const itemOf = ({ TableName, Key, Item }: Keyed) =>
    JSON.stringify([TableName, Key ?? { pk: Item?.pk, sk: Item?.sk }]);
  return {
    async call<Answer>(operation: string, input: object) {
      const writes = (input as { TransactItems?: Record<string, Keyed>[] }).TransactItems?.flatMap(
        Object.values<Keyed>,
      );
      const single = ['PutItem', 'UpdateItem', 'DeleteItem'].includes(operation) ? [input as Keyed] : [];
      const items = (writes ?? single).map(itemOf);
      if (items.some((item) => busy.has(item))) {
        throw writes
          ? cancelled(writes.map(() => ({ Code: 'TransactionConflict' })))
          : failure('TransactionConflictException', 'Transaction is ongoing for the item');
      }
      const next = interruptions.findIndex((each) => each.operation === operation);
      const [interruption] = next < 0 ? [] : interruptions.splice(next, 1);
      if (interruption) {
        (writes ? items : []).forEach((item) => busy.add(item));
        await interruption.work();
        busy.clear();
      }
      return caller.call<Answer>(operation, input);
    },
  };
}

/** A queue that stores the bodies that it accepts. */
class MemoryQueue extends SqsDeliveryQueue {
  constructor(
    /** Accepted bodies, in order. */
    readonly bodies: string[],
    /** `DelaySeconds` of each accepted entry. */
    readonly delays: number[],
    /** Number of entries of each batch. */
    readonly batches: number[],
    private readonly faults: QueueFaults,
  ) {
    super(
      {
        async call<Answer>(_operation: string, input: object) {
          const { Entries } = input as { Entries: { Id: string; MessageBody: string; DelaySeconds: number }[] };
          const refused = Entries.filter(
            ({ MessageBody }, index) => (faults.next && index === 0) || faults.never(MessageBody),
          );
          const Failed = refused.map(({ Id, MessageBody }) => ({ Id, SenderFault: faults.never(MessageBody) }));
          const accepted = Entries.filter((entry) => !refused.includes(entry));
          faults.next = false;
          batches.push(Entries.length);
          bodies.push(...accepted.map(({ MessageBody }) => MessageBody));
          delays.push(...accepted.map(({ DelaySeconds }) => DelaySeconds));
          return { Failed } as Answer;
        },
      },
      'https://queue.example.com',
    );
  }

  /** Refuses the first entry of the next batch. */
  refuse(): void {
    this.faults.next = true;
  }

  /** Refuses, at each attempt, the bodies for which the predicate is true. */
  neverAccept(predicate: (body: string) => boolean): void {
    this.faults.never = predicate;
  }
}

const memoryQueue = () => new MemoryQueue([], [], [], { next: false, never: () => false });

/** A hint queue that stores the hints that it accepts. */
function memoryHints(): Hints & { readonly sent: Hint[] } {
  const sent: Hint[] = [];
  return { sent, send: async (hint) => void sent.push(hint) };
}

/** A dead-letter queue that fails while `isDown`. */
function memoryDeadLetters(): DeadLetters & { readonly letters: string[]; isDown: boolean } {
  const letters: string[] = [];
  return {
    letters,
    isDown: false,
    async add(json) {
      if (this.isDown) {
        throw new Error('down');
      }
      letters.push(json);
    },
  };
}

/** `@connections` with configurable answers: 200 unless a status is set for a connection. */
function memoryGateway(): HttpTransport & {
  readonly statuses: Map<string, number>;
  readonly posts: { id: string; frame: unknown }[];
  readonly closed: string[];
} {
  const statuses = new Map<string, number>();
  const posts: { id: string; frame: unknown }[] = [];
  const closed: string[] = [];
  return {
    statuses,
    posts,
    closed,
    async send(method, path, _headers, body) {
      const id = decodeURIComponent(path.split('/').at(-1) ?? '');
      const status = statuses.get(id) ?? 200;
      if (method === 'DELETE') {
        closed.push(id);
      } else if (status === 200) {
        posts.push({ id, frame: JSON.parse(body) });
      }
      return { status, headers: {}, keepAlive: true, body: Buffer.alloc(0) };
    },
  };
}
