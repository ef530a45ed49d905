import { createHash } from 'node:crypto';
import type { TaskTable } from '../../lambda/adapters/task-table';
import { admit } from '../../lambda/realtime/admission';
import type { Clock, Connection, ConnectionOpener, Opened, Task } from '../../lambda/realtime/ports';
import { Unavailable } from '../../lambda/realtime/ports';
import { ANYONE, type Principal } from '../../lambda/realtime/principal';
import type { RateLimit } from '../../lambda/realtime/rate-limit';
import { answerText, type Session } from '../../lambda/realtime/session';
import { type OpenSocket, Sockets } from '../../lambda/realtime/sockets';
import { socketIdOf, taskIdOf } from '../../lambda/realtime/task-id';
import { TaskLease } from '../../lambda/realtime/task-lease';
import { unpack } from '../../lambda/realtime/task-posts';
import { TaskTopics } from '../../lambda/realtime/task-topics';
import { LIMITS } from '../../service/websocket/limits';
import type { Process } from './process';
import type { Wire } from './wire';

/** Dependencies of a server. */
export interface ServerDependencies {
  table: TaskTable;
  /** Undefined if clients are not authenticated. */
  connectionOpener: ConnectionOpener | undefined;
  frames: RateLimit;
  session: Omit<Session, 'connection' | 'connections' | 'closeRequests'>;
  clock: Clock;
}

export interface ServerTaskOptions extends ServerDependencies {
  process: Process;
  /** Host and port for posts. */
  address: string;
  newId: () => string;
  failed: (error: unknown) => void;
  /** A frame of messages is sent to a connection. */
  pushed: (connectionId: string, wire: Wire) => void;
  /** A connection has ended on the side of the server. */
  disconnected: (connectionId: string) => void;
}

/** Milliseconds over which a drain spreads the ends of the sockets, and between two sweeps. */
const [DRAIN, SWEEP_EVERY] = [100_000, 1000];

/** The sockets, topics and lease that belong to one id of a server. */
interface Membership {
  task: Task;
  lease: TaskLease;
  topics: TaskTopics;
  sockets: Sockets<ServerSocket>;
  /** Handshakes that are being performed, and whether their connections were closed by id meanwhile. */
  handshakes: Map<string, { closed: boolean }>;
  opened: number;
}

/**
 * A WebSocket server of the lane. It runs the core of service/websocket, and models its sockets: WebSocketTask, Membership,
 * SocketServer, ClientSocket and postServer, which use Node.js's timers and networks.
 */
export class ServerTask {
  /** True after it was told to end: it gets no further handshakes. */
  draining = false;
  /** Networks of the sockets that are open or being opened. */
  readonly wires = new Set<Wire>();
  private membership: Membership | undefined;
  private sweeping = false;

  constructor(private readonly options: ServerTaskOptions) {}

  get process(): Process {
    return this.options.process;
  }

  /** Principals of the open sockets. */
  get principals(): Principal[] {
    return this.membership?.sockets.all.map(({ principal }) => principal) ?? [];
  }

  /** Serves until it is drained. */
  async serve(): Promise<void> {
    while (!this.draining) {
      const membership = this.newMembership();
      await membership.lease.take();
      this.membership = membership;
      await membership.lease.keep(this.options.failed);
      membership.sockets.all.forEach((socket) => socket.restart());
      if (!this.draining) {
        void this.end(membership);
      }
    }
  }

  /** Closes all sockets, spread over some time, and ends the lease. */
  async drain(): Promise<void> {
    const { clock, process } = this.options;
    this.draining = true;
    const { membership } = this;
    if (!membership) {
      return;
    }
    const deadline = clock.now() + DRAIN + 5000;
    for (const socket of membership.sockets.all) {
      process.later(() => socket.restart(), clock.random() * DRAIN);
    }
    while (membership.sockets.size + membership.handshakes.size > 0 && clock.now() < deadline) {
      await clock.wait(1000);
    }
    await membership.topics.sweep(0);
    await this.end(membership);
  }

  /** Performs a handshake. @param opened is called with the id of the connection, unless it is refused */
  async handshake(wire: Wire, protocols: string[], opened: (connectionId: string) => void): Promise<void> {
    const { connectionOpener, clock, table } = this.options;
    const { membership } = this;
    const admission = admit(
      { origins: [], protocols: protocols.length > 0 ? [protocols.join(', ')] : [] },
      { allowedOrigins: [], ownOrigin: 'https://ws.example.com', ticketed: connectionOpener !== undefined },
    );
    if (!admission.admitted || !membership?.lease.held || this.draining) {
      this.refuse(wire);
      return;
    }
    membership.opened += 1;
    const connection = { id: socketIdOf(membership.task.id, membership.opened), connectedAt: clock.now() };
    const handshake = { closed: false };
    membership.handshakes.set(connection.id, handshake);
    const outcome = await this.opened(connection, admission.ticket ?? '', admission.origins);
    membership.handshakes.delete(connection.id);
    if (!outcome) {
      this.refuse(wire);
      return;
    }
    const release = () => {
      if (connectionOpener) {
        table.releaseSlot(connection, outcome).catch(this.failedUnlessUnavailable);
      }
    };
    if (handshake.closed || !membership.lease.held || this.draining || !this.wires.has(wire)) {
      release();
      this.refuse(wire);
      return;
    }
    const socket = new ServerSocket(connection, outcome, wire, this.options, () => {
      membership.sockets.remove(connection);
      this.wires.delete(wire);
      this.options.disconnected(connection.id);
      release();
    });
    membership.sockets.add(connection, socket);
    opened(connection.id);
    const session = {
      ...this.options.session,
      connection,
      connections: membership.sockets,
      closeRequests: membership.sockets,
    };
    socket.opens((text) => answerText(text, session, { failed: this.options.failed, refused: () => undefined }));
    this.sweepLater();
  }

  /** Performs a post. @returns its status */
  post(method: string, path: string, authorization: string | undefined, body: string): number {
    const [, id = ''] = /^\/@connections\/([^/]+)$/.exec(decodeURIComponent(path)) ?? [];
    const { membership } = this;
    if (!membership || authorization !== `Bearer ${membership.task.secret}`) {
      return 401;
    }
    if (method === 'DELETE') {
      const handshake = membership.handshakes.get(id);
      if (handshake) {
        handshake.closed = true;
        return 200;
      }
      const open = membership.sockets.get(id);
      open?.close();
      return open ? 200 : 410;
    }
    if (id === membership.task.id) {
      unpack(body).forEach(({ topic, text }) => membership.topics.send(topic, text));
      return 200;
    }
    const socket = membership.sockets.get(id);
    socket?.send(body);
    return socket ? 200 : 410;
  }

  /** Handles the end of a connection on the side of the client. */
  lost(wire: Wire): void {
    this.wires.delete(wire);
    this.membership?.sockets.all.find((socket) => socket.wire === wire)?.close();
  }

  /** Ends the sockets of a process that has ended. */
  crashed(): void {
    this.membership?.sockets.all.forEach(({ connection }) => this.options.disconnected(connection.id));
    this.membership = undefined;
    this.wires.forEach((wire) => wire.breaks());
    this.wires.clear();
  }

  private newMembership(): Membership {
    const { address, newId, table, clock, frames } = this.options;
    const task = { id: taskIdOf(newId()), connectedAt: clock.now(), address, secret: newId() };
    const topics = new TaskTopics({ task, table, clock, failed: this.failedUnlessUnavailable });
    const lease = new TaskLease(task, table, clock);
    return {
      task,
      lease,
      topics,
      sockets: new Sockets({ topics, table, frames, clock, held: () => lease.held }),
      handshakes: new Map(),
      opened: 0,
    };
  }

  private async end({ lease }: Membership): Promise<void> {
    await lease.end().catch(this.failedUnlessUnavailable);
  }

  /** @returns undefined after a refusal */
  private async opened(
    connection: Connection,
    ticket: string,
    origins: readonly string[],
  ): Promise<Opened | undefined> {
    const { connectionOpener, failed } = this.options;
    if (!connectionOpener) {
      return { principal: ANYONE, fullAt: 0, slot: 0 };
    }
    try {
      const hash = createHash('sha256').update(ticket).digest('base64url');
      const outcome = await connectionOpener.open(connection, hash, origins);
      return outcome === 'unauthorized' ? undefined : outcome;
    } catch (error) {
      if (!(error instanceof Unavailable)) {
        failed(error);
      }
      return undefined;
    }
  }

  private refuse(wire: Wire): void {
    this.wires.delete(wire);
    wire.ends();
  }

  /** Sweeps once a second, while there is something to sweep. */
  private sweepLater(): void {
    const { process, clock } = this.options;
    if (this.sweeping) {
      return;
    }
    this.sweeping = true;
    process.later(() => {
      const { membership } = this;
      this.sweeping = false;
      membership?.sockets.all.forEach((socket) => socket.closeIfIdle(clock.now()));
      void membership?.topics.sweep(this.draining ? 0 : undefined);
      if (membership && membership.topics.size + membership.sockets.size > 0) {
        this.sweepLater();
      }
    }, SWEEP_EVERY);
  }

  private readonly failedUnlessUnavailable = (error: unknown): void => {
    if (!(error instanceof Unavailable)) {
      this.options.failed(error);
    }
  };
}

/** Socket of a client on a server, as ClientSocket. */
class ServerSocket implements OpenSocket {
  readonly principal: Principal;
  fullAt: number;
  private activeAt: number;
  private answering = 0;
  private closesAfterAnswer = false;
  private isOver = false;

  constructor(
    readonly connection: Connection,
    opened: Opened,
    readonly wire: Wire,
    private readonly options: Pick<ServerTaskOptions, 'clock' | 'process' | 'pushed'>,
    private readonly ended: () => void,
  ) {
    const { clock, process } = options;
    this.principal = opened.principal;
    this.fullAt = opened.fullAt;
    this.activeAt = clock.now();
    const until = Math.min(this.principal.expiresAt * 1000, connection.connectedAt + LIMITS.ageMs);
    process.later(() => this.close(), Math.max(0, until - clock.now()));
  }

  /** Opens the socket of the client. */
  opens(answer: (text: string) => Promise<string>): void {
    const { process } = this.options;
    const arrives = (run: () => void) => this.wire.toServer(() => this.wire.dead || process.arrives(run));
    this.wire.opens({
      send: (text) => arrives(() => void this.receive(text, answer)),
      close: () => arrives(() => this.close()),
    });
  }

  /** Messages are buffers, answers are texts. */
  send(frame: Buffer | string): void {
    if (this.isOver) {
      return;
    }
    if (typeof frame !== 'string') {
      this.options.pushed(this.connection.id, this.wire);
    }
    this.activeAt = this.options.clock.now();
    this.wire.toClient(String(frame));
  }

  close(): void {
    if (!this.isOver) {
      this.isOver = true;
      this.wire.ends();
      this.ended();
    }
  }

  restart(): void {
    this.close();
  }

  closeAfterAnswer(): void {
    this.closesAfterAnswer = true;
    this.closeIfAnswered();
  }

  closeIfIdle(now: number): void {
    if (now - this.activeAt > LIMITS.idleMs) {
      this.close();
    }
  }

  private async receive(text: string, answer: (text: string) => Promise<string>): Promise<void> {
    if (this.isOver) {
      return;
    }
    this.activeAt = this.options.clock.now();
    this.answering += 1;
    this.send(await answer(text));
    this.answering -= 1;
    this.closeIfAnswered();
  }

  private closeIfAnswered(): void {
    if (this.closesAfterAnswer && this.answering === 0) {
      this.close();
    }
  }
}
