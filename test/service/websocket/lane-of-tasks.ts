import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { ServerFrame } from '../../../client/protocol';
import { AdmissionTable } from '../../../lambda/adapters/admission-table';
import { DynamoConnectionOpener } from '../../../lambda/adapters/connection-opener';
import { DynamoMessageLog } from '../../../lambda/adapters/message-log';
import { Table } from '../../../lambda/adapters/table';
import { TaskPosts } from '../../../lambda/adapters/task-posts';
import { TaskTable } from '../../../lambda/adapters/task-table';
import { deliver } from '../../../lambda/realtime/delivery';
import type { Delivery } from '../../../lambda/realtime/ports';
import type { Principal } from '../../../lambda/realtime/principal';
import { ticketFor } from '../../../lambda/realtime/tickets';
import { systemClock } from '../../../lambda/system-clock';
import { LIMITS } from '../../../service/websocket/limits';
import { WebSocketTask, type WebSocketTaskOptions } from '../../../service/websocket/websocket-task';
import { MemoryDynamoDB } from '../../support/memory/dynamodb';

export const ORIGIN = 'https://app.example.com';

const frames = { perSecond: 20, burst: 200 };

/** A clock whose waits do not keep the process running. */
const clock = { ...systemClock, wait: (milliseconds: number) => delay(milliseconds, undefined, { ref: false }) };

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
  readonly posts = new TaskPosts({ leases: this.table });
  readonly lines: object[] = [];
  private readonly tasks: WebSocketTask[] = [];
  private readonly clients: WebSocket[] = [];

  tableOf(name: string): Table {
    return new Table(this.dynamo, name, systemClock);
  }

  /** Starts a task. @returns the URL of its sockets */
  async start(options: Partial<WebSocketTaskOptions> = {}): Promise<{ task: WebSocketTask; url: string }> {
    const task = new WebSocketTask({
      table: this.table,
      frames,
      clock,
      logger: (line) => void this.lines.push(line),
      lane: 'test',
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

  async connect(url: string, principal = this.newPrincipal()): Promise<TestClient> {
    const ticket = Buffer.from(randomUUID().replaceAll('-', '')).toString('base64url').slice(0, 43);
    const hash = createHash('sha256').update(ticket).digest('base64url');
    await this.admission.mint(hash, ticketFor(principal, ORIGIN, Date.now()));
    const socket = new WebSocket(url, ['twinlane.v1', `ticket.${ticket}`], { origin: ORIGIN });
    this.clients.push(socket);
    return TestClient.of(socket);
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
