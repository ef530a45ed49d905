import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type ClientOptions, WebSocket } from 'ws';
import type { ServerFrame } from '../../../client/protocol';
import { AdmissionTable } from '../../../lambda/adapters/admission-table';
import { DynamoConnectionOpener } from '../../../lambda/adapters/connection-opener';
import { DynamoMessageLog } from '../../../lambda/adapters/message-log';
import { Table } from '../../../lambda/adapters/table';
import { TaskPosts } from '../../../lambda/adapters/task-posts';
import { TaskTable } from '../../../lambda/adapters/task-table';
import type { OperationCaller } from '../../../lambda/aws/json-client';
import { deliver } from '../../../lambda/realtime/delivery';
import type { Delivery } from '../../../lambda/realtime/ports';
import type { Principal } from '../../../lambda/realtime/principal';
import { ticketFor } from '../../../lambda/realtime/tickets';
import { systemClock } from '../../../lambda/system-clock';
import { LIMITS } from '../../../service/websocket/limits';
import { WebSocketTask, type WebSocketTaskOptions } from '../../../service/websocket/websocket-task';
import { MemoryDynamoDB } from '../../support/memory/dynamodb';
import { MemoryMetrics } from '../../support/memory/metrics';

export const ORIGIN = 'https://app.example.com';

const frames = { perSecond: 20, burst: 200 };

/** A lane whose tasks run in this process, on DynamoDB in memory. */
export class LaneOfTasks {
  readonly dynamo = new MemoryDynamoDB({ tables: ['log', 'connections', 'admission'] });
  readonly table = new TaskTable(this.tableOf('connections'), systemClock);
  readonly admission = new AdmissionTable(this.tableOf('admission'), systemClock, { perSecond: 100, burst: 200 });
  readonly log = new DynamoMessageLog({
    table: this.tableOf('log'),
    retentionSeconds: 3600,
    clock: systemClock,
    newId: randomUUID,
  });
  readonly posts = new TaskPosts({ leases: this.table, clock: systemClock });
  readonly lines: { event?: string; reason?: string }[] = [];
  readonly metrics = new MemoryMetrics();
  /** Is called before each operation of DynamoDB. Can wait or throw. */
  before = async (_operation: string, _input: object): Promise<void> => undefined;
  /** Milliseconds by which the clock of the tasks is ahead. */
  ahead = 0;
  private readonly tasks: WebSocketTask[] = [];
  private readonly clients: WebSocket[] = [];

  tableOf(name: string): Table {
    const caller: OperationCaller = {
      call: async <Answer>(operation: string, input: object) => {
        await this.before(operation, input);
        return this.dynamo.call<Answer>(operation, input);
      },
    };
    return new Table(caller, name, systemClock);
  }

  /** Starts a task. @returns the URL of its sockets */
  async start(options: Partial<WebSocketTaskOptions> = {}): Promise<{ task: WebSocketTask; url: string }> {
    const clock = {
      ...systemClock,
      now: () => Date.now() + this.ahead,
      // A wait does not keep the process running.
      wait: (milliseconds: number) => delay(milliseconds, undefined, { ref: false }),
    };
    const task = new WebSocketTask({
      table: this.table,
      frames,
      clock,
      logger: (line: object) => void this.lines.push(line),
      metrics: this.metrics,
      drainSeconds: 1,
      connectionOpener: new DynamoConnectionOpener({
        connections: this.table,
        admission: { table: this.tableOf('admission'), name: 'admission' },
        connectionsPerSubject: 20,
        frames,
        clock: systemClock,
      }),
      session: { log: this.log, rateLimits: this.admission, clock: systemClock, newId: randomUUID },
      allowedOrigins: [ORIGIN],
      ownOrigin: 'https://ws.example.com',
      path: '/',
      connectionsPerTask: 100,
      limits: LIMITS,
      ...options,
    });
    this.tasks.push(task);
    const address = '127.0.0.1';
    void task.serve({ port: 0, postsPort: 0, address, host: address });
    for (let status = 0; status !== 200;) {
      status = await fetch(`http://127.0.0.1:${task.port}/health`).then(
        (answer) => answer.status,
        () => 0,
      );
    }
    return { task, url: `ws://127.0.0.1:${task.port}` };
  }

  newPrincipal(subject: string = randomUUID()): Principal {
    const seconds = Math.floor(Date.now() / 1000);
    return {
      subject,
      tenant: 'acme',
      scopes: ['topics:read', 'topics:write'],
      issuedAt: seconds,
      expiresAt: seconds + 3600,
    };
  }

  /**
   * @param origin - origin to which the ticket is issued
   * @returns the protocols that a client offers with a new ticket
   */
  async protocolsFor(principal = this.newPrincipal(), origin: string = ORIGIN): Promise<string[]> {
    const ticket = randomBytes(32).toString('base64url');
    const hash = createHash('sha256').update(ticket).digest('base64url');
    await this.admission.mint(hash, ticketFor(principal, origin, Date.now()));
    return ['twinlane.v1', `ticket.${ticket}`];
  }

  async connect(url: string, principal = this.newPrincipal()): Promise<TestClient> {
    return this.open(url, await this.protocolsFor(principal));
  }

  /** Opens a socket. Throws if the handshake is refused: `Unexpected server response: 401`. */
  open(url: string, protocols: string[], options: ClientOptions = { origin: ORIGIN }): Promise<TestClient> {
    const socket = new WebSocket(url, protocols, options);
    this.clients.push(socket);
    return TestClient.of(socket);
  }

  /** Resolves when a subject has this number of slots. Fails earlier than the time limit of a test. */
  async hasSlots(principal: Principal, slots: number): Promise<void> {
    const deadline = Date.now() + 15_000;
    for (let found = -1; found !== slots; found = (await this.table.connectionsOf(principal)).length) {
      if (Date.now() > deadline) {
        throw new Error(`the subject must have ${slots} slots, got ${found}`);
      }
      await delay(5);
    }
  }

  /** Publishes a message and delivers it as the stream does. */
  async publish(topic: string, data: number): Promise<void> {
    const message = await this.log.append({
      topic: `acme/${topic}`,
      id: randomUUID(),
      data,
      publishedAt: new Date().toISOString(),
      subject: 'publisher',
    });
    if (message === 'conflict') {
      throw new Error('the id was used before');
    }
    await this.deliver([message]);
  }

  async deliver(messages: Delivery['messages']): Promise<void> {
    const topic = messages[0]?.topic ?? '';
    const shards = await this.table.shards([topic]);
    const { failed, dead, errors } = await deliver(
      shards.map((shard) => ({ messages, to: { shard } })),
      {
        connections: this.table,
        outbox: this.posts,
        queue: { enqueue: async (deliveries) => ({ transient: [...deliveries], permanent: [] }) },
        clock: systemClock,
        deadline: Date.now() + 5000,
      },
    );
    if (failed.length + dead.length + errors.length > 0) {
      throw new Error(`delivery failed: ${JSON.stringify({ failed, dead, errors: errors.map(String) })}`);
    }
  }

  stop(): void {
    this.clients.forEach((client) => client.terminate());
    this.tasks.forEach((task) => task.close());
  }
}

/** A client of a task. */
export class TestClient {
  readonly frames: ServerFrame[] = [];
  readonly closed: Promise<number>;
  private readonly watchers = new Set<() => void>();
  private refs = 0;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)));
      this.watchers.forEach((watch) => watch());
    });
    this.closed = new Promise((resolve) => socket.on('close', resolve));
  }

  /** Resolves when the socket is open. Throws if the handshake is refused: `Unexpected server response: 401`. */
  static async of(socket: WebSocket): Promise<TestClient> {
    const client = new TestClient(socket);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return client;
  }

  async ask(frame: object): Promise<ServerFrame> {
    const ref = String((this.refs += 1));
    this.socket.send(JSON.stringify({ ...frame, ref }));
    return this.receives((answer) => 'ref' in answer && answer.ref === ref);
  }

  async receives(matches: (frame: ServerFrame) => boolean): Promise<ServerFrame> {
    for (;;) {
      const found = this.frames.find(matches);
      if (found) {
        return found;
      }
      await new Promise<void>((resolve) => this.watchers.add(resolve));
      this.watchers.clear();
    }
  }

  /** Data of the messages so far. */
  get data(): unknown[] {
    return this.frames.flatMap((frame) =>
      frame.type === 'message' ? [frame.data] : frame.type === 'messages' ? frame.messages.map(({ data }) => data) : [],
    );
  }
}
