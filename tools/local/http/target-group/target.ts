import { EventEmitter } from 'node:events';
import { Agent } from 'node:http';
import type { Health } from './health';

interface TargetEvents {
  /** Its health has changed. */
  health: [state: Health['state'], why: string];
  /** The last open request has finished. */
  idle: [];
  /** Requests that are still open must be aborted. */
  cut: [];
}

/** A target of a target group: a process at an address. */
export class Target extends EventEmitter<TargetEvents> {
  state: Health['state'] | 'draining' = 'initial';
  /** Number of open requests and WebSockets. */
  outstanding = 0;
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
      if (this.outstanding === 0) {
        this.emit('idle');
      }
    }
  }

  /** Waits at most `ms` until no request is open, then aborts open requests. */
  async drain(ms: number): Promise<void> {
    this.state = 'draining';
    if (this.outstanding > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          this.emit('cut');
          resolve();
        }, ms);
        this.once('idle', () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    this.agent.destroy();
  }
}
