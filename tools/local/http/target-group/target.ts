import { EventEmitter } from 'node:events';
import { Agent } from 'node:http';
import type { Health } from './health';

interface TargetEvents {
  /** Its health has changed. */
  health: [state: Health['state'], why: string];
  /** A request has finished or has become a WebSocket, or a WebSocket has closed. */
  finished: [];
  /** Requests that are still open must be aborted. WebSockets stay open. */
  cut: [];
}

/** A target of a target group: a process at an address. */
export class Target extends EventEmitter<TargetEvents> {
  state: Health['state'] | 'draining' = 'initial';
  /** Number of open requests and WebSockets. */
  outstanding = 0;
  /** Number of open WebSockets. */
  private webSockets = 0;
  /** Connections to the target, kept open between requests for the load balancer's idle timeout. */
  readonly agent: Agent;

  constructor(
    readonly host: string,
    readonly port: number,
    idleMs: number,
  ) {
    super();
    // Each open request listens to `cut`.
    this.setMaxListeners(0);
    this.agent = new Agent({ keepAlive: true, timeout: idleMs });
  }

  /** Counts as one open request of this target while `work` runs. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.outstanding += 1;
    try {
      return await work();
    } finally {
      this.outstanding -= 1;
      this.emit('finished');
    }
  }

  /** Counts the open request as a WebSocket while `work` runs. */
  async duringWebSocket(work: () => Promise<void>): Promise<void> {
    this.webSockets += 1;
    this.emit('finished');
    try {
      await work();
    } finally {
      this.webSockets -= 1;
    }
  }

  /**
   * Waits at most `ms` until no request is open, then aborts open requests.
   *
   * @param waitsForWebSockets false if an open WebSocket does not count as an open request
   */
  async drain(ms: number, waitsForWebSockets: boolean): Promise<void> {
    this.state = 'draining';
    const open = () => this.outstanding - (waitsForWebSockets ? 0 : this.webSockets);
    if (open() > 0) {
      await new Promise<void>((resolve) => {
        const done = () => {
          clearTimeout(timer);
          this.off('finished', check);
          resolve();
        };
        const check = () => open() > 0 || done();
        const timer = setTimeout(() => {
          this.emit('cut');
          done();
        }, ms);
        this.on('finished', check);
      });
    }
    this.agent.destroy();
  }
}
