import { AdmissionTable } from '../../lambda/adapters/admission-table';
import { ConnectionTable } from '../../lambda/adapters/connection-table';
import { SqsDeadLetters } from '../../lambda/adapters/dead-letters';
import { SqsDeliveryQueue } from '../../lambda/adapters/delivery-queue';
import { ManagementApi } from '../../lambda/adapters/management-api';
import { FUNCTION_WAIT, HintQueue } from '../../lambda/adapters/hint-queue';
import { HintTable } from '../../lambda/adapters/hint-table';
import { DynamoMessageLog, type Hinting } from '../../lambda/adapters/message-log';
import { unlimited } from '../../lambda/adapters/unlimited';
import { ShardTable } from '../../lambda/adapters/shard-table';
import { SubscriptionTable } from '../../lambda/adapters/subscription-table';
import { Table } from '../../lambda/adapters/table';
import { TaskPosts } from '../../lambda/adapters/task-posts';
import { TaskTable } from '../../lambda/adapters/task-table';
import { DynamoConnectionOpener } from '../../lambda/adapters/connection-opener';
import type { ConnectDependencies } from '../../lambda/connect';
import type { DeliverDependencies } from '../../lambda/deliver';
import type { DispatchDependencies } from '../../lambda/dispatch';
import { isTransient } from '../../lambda/aws/service-exception';
import { logHintFailure, type Logger } from '../../lambda/logger';
import type { MessageDependencies } from '../../lambda/message';
import type { Clock, MessageLog, Task } from '../../lambda/realtime/ports';
import { RecentHeads } from '../../lambda/realtime/recent-heads';
import type { PushDependencies } from '../../lambda/push';
import type { RevokeDependencies } from '../../lambda/revoke';
import { SharedPages } from '../../service/shared-pages';
import { type Aws, DEAD_LETTER_QUEUE_URL, HINT_QUEUE_URL, MANAGEMENT_ENDPOINT, QUEUE_URL } from './aws';
import type { Bugs } from './bugs';
import type { ServerDependencies } from './server-task';
import { MemoryMetrics } from '../support/memory/metrics';

/** Names of the tables. */
export const TABLES = { log: 'log', connections: 'connections', admission: 'admission' } as const;

/** Rate limit of a subject for publishes in both lanes and tickets. */
const RATE_LIMIT = { perSecond: 5, burst: 20 };

/** As by default. */
const CONNECTIONS_PER_SUBJECT = 20;

/** Settings of a run, which all processes share. */
export interface Settings {
  /** True if clients are authenticated. */
  readonly ticketed: boolean;
  readonly retentionSeconds: number;
  /** Pause of a topic after which messages are hinted, in milliseconds. Without it, publishers send no hints. */
  readonly hintAfter: number | undefined;
  readonly newId: () => string;
  readonly bugs: Bugs;
  /** True if the lane has servers of its own instead of an API Gateway API. */
  readonly servers: boolean;
  /** Leases that the environments of functions have read, and keep for later invocations. */
  readonly leases: Map<string, Task | undefined>;
}

/** Share of reads of a lease in an environment that has read it before. */
const KNOWN = 0.7;

/** Rate limit of a connection's frames. */
const FRAMES = { perSecond: 10, burst: 200 };

/** Creates the adapters and dependencies of one process, as lambda/*.handler.ts and service/deployed-app.ts do. */
export class Wiring {
  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly aws: Aws,
    private readonly logger: Logger,
  ) {}

  /** The message log of the service. */
  get pages(): MessageLog {
    return new SharedPages(this.logOf(this.hinting(0)), this.clock);
  }

  /** The message log of the function. */
  get log(): MessageLog {
    return this.logOf(this.hinting(FUNCTION_WAIT));
  }

  private logOf(hinting: Hinting | undefined): MessageLog {
    const { bugs, retentionSeconds, newId } = this.settings;
    const table = this.table('log');
    const log = new DynamoMessageLog({
      table: bugs.messageTable?.(table) ?? table,
      retentionSeconds,
      clock: this.clock,
      newId,
      hinting,
    });
    return new RecentHeads(log, this.clock);
  }

  get admission(): AdmissionTable {
    return new AdmissionTable(this.table('admission'), this.clock, RATE_LIMIT, CONNECTIONS_PER_SUBJECT);
  }

  get connect(): ConnectDependencies {
    const { logger, clock, connections } = this;
    const connectionOpener = new DynamoConnectionOpener({
      connections,
      admission: { table: this.table('admission'), name: TABLES.admission },
      connectionsPerSubject: CONNECTIONS_PER_SUBJECT,
      frames: FRAMES,
      clock,
    });
    return {
      connections,
      connectionOpener: this.settings.ticketed ? connectionOpener : undefined,
      allowedOrigins: [],
      ownOrigin: 'https://ws.example.com',
      originSecret: 'none',
      logger,
      metrics: new MemoryMetrics(),
    };
  }

  get message(): MessageDependencies {
    const { logger, clock, log } = this;
    const { ticketed, newId } = this.settings;
    const admission = ticketed ? this.admission : unlimited;
    const connections = new SubscriptionTable(this.table('connections'), clock);
    const metrics = new MemoryMetrics();
    return { connections, log, rateLimits: admission, closeRequests: admission, clock, newId, logger, metrics };
  }

  get disconnect(): { connections: ConnectionTable } {
    return { connections: this.connections };
  }

  get dispatch(): DispatchDependencies {
    const { logger, clock, queue, deadLetters } = this;
    const connections = new ShardTable(this.table('connections'), clock);
    const marks = new HintTable(this.table('log'), TABLES.connections, clock);
    const metrics = new MemoryMetrics();
    const dependencies = { marks, connections, queue, deadLetters, logger, metrics };
    return this.settings.bugs.dispatch?.(dependencies) ?? dependencies;
  }

  get push(): PushDependencies {
    const { logger, clock, queue } = this;
    const log = new HintTable(this.table('log'), TABLES.connections, clock);
    const dependencies = { log, ...this.entry, queue, clock, logger, metrics: new MemoryMetrics() };
    return this.settings.bugs.push?.(dependencies) ?? dependencies;
  }

  get deliver(): DeliverDependencies {
    const { logger, clock, queue, deadLetters } = this;
    return { ...this.entry, queue, deadLetters, clock, logger, metrics: new MemoryMetrics() };
  }

  get revoke(): RevokeDependencies {
    const { logger, clock, deadLetters } = this;
    const { connections, outbox } = this.entry;
    return { connections, connectionCloser: outbox, outbox, deadLetters, clock, logger };
  }

  /** Dependencies of a server of the lane, as in service/websocket/server.ts. */
  get server(): ServerDependencies {
    const { clock } = this;
    const { ticketed, newId, bugs } = this.settings;
    const table = new TaskTable(this.table('connections'), clock);
    const connectionOpener = new DynamoConnectionOpener({
      connections: table,
      admission: { table: this.table('admission'), name: TABLES.admission },
      connectionsPerSubject: CONNECTIONS_PER_SUBJECT,
      frames: FRAMES,
      clock,
    });
    const session = {
      log: this.logOf(this.hinting(0)),
      rateLimits: ticketed ? this.admission : unlimited,
      clock,
      newId,
    };
    const dependencies = {
      table,
      connectionOpener: ticketed ? connectionOpener : undefined,
      frames: FRAMES,
      session,
      clock,
    };
    return bugs.server?.(dependencies) ?? dependencies;
  }

  /** The connections of the lane's entry, as in the handlers of lambda and lambda/tasks. */
  private get entry() {
    const { clock, settings, aws } = this;
    if (settings.servers) {
      const connections = new TaskTable(this.table('connections'), clock);
      const leases = { leaseOf: this.remembering((taskId) => connections.leaseOf(taskId)) };
      return { connections, outbox: new TaskPosts({ leases, connect: aws.posts, clock }) };
    }
    return { connections: new ShardTable(this.table('connections'), clock), outbox: this.management };
  }

  /** Remembers leases between invocations, as the environment of a function does. Reads one again after a failure. */
  private remembering(read: (taskId: string) => Promise<Task | undefined>): typeof read {
    const { leases } = this.settings;
    const asked = new Set<string>();
    return async (taskId) => {
      const isKnown = !asked.has(taskId) && leases.has(taskId) && this.clock.random() < KNOWN;
      asked.add(taskId);
      if (!isKnown) {
        leases.set(taskId, await read(taskId));
      }
      return leases.get(taskId);
    };
  }

  /** @param waitFor milliseconds that a publisher waits for its hint to be sent */
  private hinting(waitFor: number): Hinting | undefined {
    const { hintAfter: after } = this.settings;
    const failed = logHintFailure(this.logger);
    const hints = new HintQueue({
      client: this.aws.sqs,
      queueUrl: HINT_QUEUE_URL,
      waitFor,
      clock: this.clock,
      failed: (error) => isTransient(error) || isRefusal(error) || failed(error),
    });
    return after === undefined ? undefined : { hints, after };
  }

  private table(name: keyof typeof TABLES): Table {
    return new Table(this.aws.dynamo, TABLES[name], this.clock);
  }

  private get connections(): ConnectionTable {
    return new ConnectionTable(this.table('connections'), this.clock);
  }

  private get queue(): SqsDeliveryQueue {
    return new SqsDeliveryQueue(this.aws.sqs, QUEUE_URL);
  }

  private get deadLetters(): SqsDeadLetters {
    return new SqsDeadLetters(this.aws.sqs, DEAD_LETTER_QUEUE_URL);
  }

  private get management(): ManagementApi {
    return new ManagementApi({
      endpoint: MANAGEMENT_ENDPOINT,
      http: this.aws.management,
      credentials: () => ({ accessKeyId: 'simulated', secretAccessKey: 'simulated' }),
      region: 'us-east-1',
      clock: this.clock,
    });
  }
}

/** @returns true for the error of a publisher without permission, which is a fault of a run */
const isRefusal = (error: unknown): boolean => (error as Error).name === 'AccessDeniedException';
