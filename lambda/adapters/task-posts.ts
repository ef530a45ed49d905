import { HttpClient, type HttpTransport } from '../aws/http-client';
import type { Frame } from '../realtime/frames';
import { type Clock, type ConnectionCloser, type Leases, type Outbox, type Task, Unavailable } from '../realtime/ports';
import { taskOf } from '../realtime/task-id';
import { packForTask } from '../realtime/task-posts';
import type { Message } from '../../client/protocol';

/** Timeouts in milliseconds. A task in the same network accepts a connection within a few, and sends a post within some hundreds. */
const TIMEOUTS = { connect: 1000, answer: 2000 };

/** Milliseconds from which on a post without an answer counts as a timeout. */
const SLOW = 1000;

/**
 * Milliseconds after a timeout in which a task counts as busy, without a post. So a task that hangs does not hold up the posts to
 * the others in each invocation.
 */
const PAUSE = 5000;

/** Maximum number of connections to a task. A post is for all of its sockets, so few are concurrent. */
const CONNECTIONS = 4;

export interface TaskPostsOptions {
  leases: Pick<Leases, 'leaseOf'>;
  clock: Pick<Clock, 'now'>;
  /** @returns a client for a task. @default - an HttpClient for its address */
  connect?: (task: Task) => HttpTransport;
}

/** A task that holds its lease, as far as this process knows. */
interface Link {
  task: Task;
  http: HttpTransport;
  /** End of the pause after a timeout, in milliseconds since 1970. */
  pausedUntil: number;
}

/**
 * Posts to tasks and their sockets, and closes sockets. The address and the secret of a task are read once. If a task cannot be
 * reached, its lease is read again: it is gone if the lease has ended.
 */
export class TaskPosts implements Outbox, ConnectionCloser {
  private readonly links = new Map<string, Promise<Link | undefined>>();

  constructor(private readonly options: TaskPostsOptions) {}

  pack(messages: readonly Message[]): Frame[] {
    return packForTask(messages);
  }

  post(connectionId: string, text: string): Promise<'sent' | 'gone' | 'busy'> {
    return this.send('POST', connectionId, text);
  }

  async close(connectionId: string): Promise<'closed' | 'busy'> {
    return (await this.send('DELETE', connectionId, '')) === 'busy' ? 'busy' : 'closed';
  }

  private async send(method: 'POST' | 'DELETE', connectionId: string, body: string): Promise<'sent' | 'gone' | 'busy'> {
    const taskId = taskOf(connectionId);
    try {
      const reading = this.linkTo(taskId);
      const link = await reading;
      if (!link) {
        return 'gone';
      }
      const { clock } = this.options;
      const start = clock.now();
      if (start < link.pausedUntil) {
        return 'busy';
      }
      const status = await request(link, method, connectionId, body);
      if (status === undefined && clock.now() - start >= SLOW) {
        link.pausedUntil = clock.now() + PAUSE;
      }
      if (status === 200 || status === 410) {
        return status === 200 ? 'sent' : 'gone';
      }
      if (this.links.get(taskId) === reading) {
        // Otherwise a concurrent post has read the lease again already.
        this.keep(taskId, this.read(taskId, link));
      }
      return (await this.linkTo(taskId)) ? 'busy' : 'gone';
    } catch (error) {
      if (error instanceof Unavailable) {
        return 'busy';
      }
      throw error;
    }
  }

  /** @returns undefined if the lease of the task has ended, which is final */
  private linkTo(taskId: string): Promise<Link | undefined> {
    return this.links.get(taskId) ?? this.keep(taskId, this.read(taskId));
  }

  private keep(taskId: string, link: Promise<Link | undefined>): Promise<Link | undefined> {
    this.links.set(taskId, link);
    link.catch(() => this.links.get(taskId) === link && this.links.delete(taskId));
    return link;
  }

  /** @param before - link whose connections are used again. A task never changes its address */
  private async read(taskId: string, before?: Link): Promise<Link | undefined> {
    const { leases, connect = clientOf } = this.options;
    const task = await leases.leaseOf(taskId);
    return task && (before ?? { task, http: connect(task), pausedUntil: 0 });
  }
}

function clientOf({ address }: Task): HttpTransport {
  return new HttpClient({ origin: new URL(`http://${address}`), connections: CONNECTIONS, timeouts: TIMEOUTS });
}

/** @returns the status of the response, or undefined if the task cannot be reached */
async function request(
  { task, http }: Link,
  method: 'POST' | 'DELETE',
  connectionId: string,
  body: string,
): Promise<number | undefined> {
  const headers = {
    host: task.address,
    authorization: `Bearer ${task.secret}`,
    'content-length': String(Buffer.byteLength(body)),
  };
  try {
    return (await http.send(method, `/@connections/${encodeURIComponent(connectionId)}`, headers, body)).status;
  } catch {
    // Whatever the error of the connection is, only the lease tells whether the task is gone.
    return undefined;
  }
}
