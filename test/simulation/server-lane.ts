import { TaskTable } from '../../lambda/adapters/task-table';
import type { Table } from '../../lambda/adapters/table';
import type { HttpTransport } from '../../lambda/aws/http-client';
import { Unanswered } from '../../lambda/aws/http-connection';
import type { Clock } from '../../lambda/realtime/ports';
import type { Principal } from '../../lambda/realtime/principal';
import { taskIdOf, taskOf } from '../../lambda/realtime/task-id';
import type { Entry } from './entry';
import type { Faults } from './faults';
import type { Happening } from './history';
import { Process } from './process';
import { type ServerDependencies, ServerTask } from './server-task';
import { SimulatedSocket } from './socket';
import type { Time } from './time';
import { Wire } from './wire';

/** Dependencies of the servers on the world. */
export interface Serving {
  dependencies: (process: Process) => ServerDependencies;
  failed: (error: unknown) => void;
  record: (happening: Happening) => void;
  /** A post has reached a task. */
  posted: (taskId: string, text: string) => void;
  /** A server with open sockets of these principals is suspended. */
  suspended: (principals: readonly Principal[]) => void;
}

const MINUTE = 60_000;

/** Timeout of a post, as in TaskPosts, and the maximum milliseconds by which a post is late, or repeated. Milliseconds. */
const [TIMEOUT, LATE] = [3000, 6000];

/** Maximum milliseconds of a suspension, and until another task replaces one that has ended. */
const [SUSPENSION, REPLACEMENT] = [MINUTE, 30_000];

/** Milliseconds until the end of an authorization that is soon enough to wait for it with a suspension. */
const SOON = 10 * MINUTE;

/** Maximum milliseconds of a handshake that the client gives up. */
const GIVES_UP = 200;

/** Share of handshakes over a slow network, and the maximum milliseconds until they reach a server. */
const [SLOW, SLOWLY] = [0.05, 3000];

/** Address and duration of the lease of a task outside of the simulation, in milliseconds. */
const [OUTSIDE, OUTSIDE_LEASE] = ['10.1.0.1:8081', 7_200_000];

/** Name of tasks outside of the simulation, of which no server deletes the records. */
export const OUTSIDE_NAME = 'outside';

/** A place for a server. */
interface Slot {
  task?: ServerTask;
}

/** Emulates the service of the servers: its load balancer, its tasks and their faults, and the network for posts. */
export class ServerLane implements Entry {
  private readonly slots: Slot[];
  private readonly byAddress = new Map<string, ServerTask>();
  private addresses = 0;
  private names = 0;
  private ended = false;

  constructor(
    private readonly time: Time,
    private readonly faults: Faults,
    private readonly serving: Serving,
  ) {
    this.slots = Array.from({ length: 2 + Math.floor(2 * time.random()) }, () => ({}));
    // Later: the world is not complete yet.
    time.setTimeout(() => {
      for (const slot of this.slots) {
        this.start(slot, this.newAddress());
        this.disturbLater(slot);
      }
    }, 0);
  }

  sockets(created: (socket: SimulatedSocket) => void) {
    const lane = this;
    return class extends SimulatedSocket {
      constructor(_url: string, protocols: string[]) {
        super();
        created(this);
        void lane.handshake(this, protocols);
      }
    };
  }

  async joins(topic: string, stays: boolean, table: Table, clock: Clock): Promise<void> {
    const task = { id: taskIdOf(this.newName(OUTSIDE_NAME)), connectedAt: clock.now(), address: OUTSIDE, secret: '' };
    const tasks = new TaskTable(table, clock);
    if (stays) {
      await tasks.renewLease(task, clock.now() + OUTSIDE_LEASE);
    }
    await tasks.subscribeTask(task, new Map([[topic, 1]]), new Map());
  }

  lose(socket: SimulatedSocket): void {
    for (const wire of [...this.byAddress.values()].flatMap(({ wires }) => [...wires])) {
      wire.dead ||= wire.socket === socket;
    }
  }

  /** Drains all tasks, and starts no others. */
  closeAll(): void {
    this.ended = true;
    for (const { task } of this.slots) {
      if (task) {
        this.drain(task);
      }
    }
  }

  /** @returns a connection of a process to the port for posts of an address */
  posts(address: string, process: Process): HttpTransport {
    return {
      send: async (method, path, { authorization }, body) => {
        const started = this.time.now();
        const isLost = this.faults.strikes('a post to a task is lost');
        const arrives = !isLost || this.time.random() < 0.5;
        let status = this.faults.strikes('a post to a task is refused') ? 503 : undefined;
        const perform = () => {
          status = 200;
          if (address !== OUTSIDE) {
            status = undefined;
            const task = this.byAddress.get(address);
            task?.process.arrives(() => {
              status = task.post(method, path, authorization, body);
              this.sees(path, body);
            });
          } else {
            this.sees(path, body);
          }
        };
        const late = this.faults.strikes('a post to a task is late') ? LATE * this.time.random() : 0;
        const again = this.faults.strikes('a post to a task arrives twice') ? LATE * this.time.random() : undefined;
        await process.request(() => {
          if (arrives && status === undefined) {
            this.time.setTimeout(perform, late);
          }
          if (again !== undefined) {
            this.time.setTimeout(perform, again);
          }
        }, TIMEOUT);
        if (status === undefined || isLost) {
          await process.clock.wait(Math.max(0, started + TIMEOUT - this.time.now()));
        }
        if (status === undefined || isLost) {
          throw new Unanswered('The server did not answer in time');
        }
        return { status, headers: {}, keepAlive: true, body: Buffer.alloc(0) };
      },
    };
  }

  private sees(path: string, body: string): void {
    const id = decodeURIComponent(path).replace('/@connections/', '');
    if (id === taskOf(id) && body) {
      this.serving.posted(id, body);
    }
  }

  private async handshake(socket: SimulatedSocket, protocols: string[]): Promise<void> {
    const wire = new Wire(this.time, socket);
    await this.time.wait(this.time.random() < SLOW ? SLOWLY * this.time.random() : wire.latency());
    if (this.faults.strikes('a handshake hangs')) {
      return;
    }
    const ready = this.slots.flatMap(({ task }) => (task && !task.draining ? [task] : []));
    const task = ready[Math.floor(this.time.random() * ready.length)];
    if (!task || this.faults.strikes('a handshake is refused') || this.faults.strikes('a task is full')) {
      wire.ends();
      return;
    }
    const { process, wires } = task;
    wires.add(wire);
    if (this.faults.strikes('a client gives up its handshake')) {
      this.time.setTimeout(() => this.break(wire, task), GIVES_UP * this.time.random());
    }
    const since = this.time.now();
    const ticket = protocols.find((name) => name.startsWith('ticket.'))?.slice('ticket.'.length);
    const opened = (connection: string) => this.serving.record({ type: 'connected', connection, ticket, since });
    process.arrives(() => void task.handshake(wire, protocols, opened));
  }

  private break(wire: Wire, task: ServerTask): void {
    wire.breaks();
    task.process.arrives(() => task.lost(wire));
  }

  private start(slot: Slot, address: string): void {
    const { dependencies, failed, record } = this.serving;
    const process = new Process(this.time, this.faults, 'a task ends between two awaits');
    const task = new ServerTask({
      ...dependencies(process),
      process,
      address,
      newId: () => this.newName(Math.floor(36 ** 3 * this.time.random()).toString(36)),
      failed,
      pushed: (connection, wire) => {
        record({ type: 'pushed', connection });
        if (this.faults.strikes('a socket breaks')) {
          this.break(wire, task);
        } else if (this.faults.strikes('a socket is dead and neither side notices')) {
          wire.dead = true;
        }
      },
      disconnected: (connection) => record({ type: 'disconnected', connection }),
    });
    slot.task = task;
    this.byAddress.set(address, task);
    void process
      .run(() => task.serve())
      .then((outcome) => {
        if (outcome !== 'ended' && 'error' in outcome) {
          failed(outcome.error);
        }
        if (!task.draining) {
          process.end();
          this.ends(slot, task, address);
        }
      });
  }

  /** Replaces a task that has ended, at the same address. */
  private ends(slot: Slot, task: ServerTask, address: string): void {
    task.crashed();
    this.byAddress.delete(address);
    if (slot.task === task) {
      slot.task = undefined;
      this.time.setTimeout(() => this.ended || this.start(slot, address), REPLACEMENT * this.time.random());
    }
  }

  private drain(task: ServerTask): void {
    void task.process
      .run(() => task.drain())
      .then(() => {
        task.process.end();
        task.crashed();
        for (const [address, other] of this.byAddress) {
          if (other === task) {
            this.byAddress.delete(address);
          }
        }
      });
  }

  /** Suspends, separates or drains the task of a slot now and then, while there are faults. */
  private disturbLater(slot: Slot): void {
    this.time.setTimeout(
      () => {
        const { task } = slot;
        if (this.faults.ended) {
          return;
        }
        if (task && this.faults.strikes('a task is frozen')) {
          task.process.freeze(SUSPENSION * this.time.random());
          this.serving.suspended(task.principals);
        }
        if (task && this.faults.strikes('a task cannot reach AWS')) {
          task.process.isolate(2 * MINUTE * this.time.random());
          this.serving.suspended(task.principals);
        }
        if (task && this.faults.strikes('a task is drained')) {
          this.drain(task);
          this.start(slot, this.newAddress());
        }
        this.disturbLater(slot);
      },
      MINUTE * (0.5 + this.time.random()),
    );
  }

  /** Suspends a task: at once, or shortly before the authorization of a socket ends, so that it ends meanwhile. */
  private suspend(task: ServerTask): void {
    const lefts = task.principals.map(({ expiresAt }) => expiresAt * 1000 - this.time.now());
    const left = Math.min(...lefts.filter((each) => each > 0));
    const isTimed = left < SOON && this.time.random() < 0.5;
    const before = isTimed ? left - Math.min(left, SUSPENSION * this.time.random()) : 0;
    this.time.setTimeout(() => {
      task.process.freeze(SUSPENSION * this.time.random());
      this.serving.suspended(task.principals);
    }, before);
  }

  private newAddress(): string {
    this.addresses += 1;
    return `10.0.0.${this.addresses}:8081`;
  }

  private newName(start: string): string {
    this.names += 1;
    return `${start}-${this.names}`;
  }
}
