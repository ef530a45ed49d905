import { EventEmitter } from 'node:events';
import { Agent } from 'node:http';
import type { Health } from './health';

interface TargetEvents {
  /** Its health has changed. */
  health: [state: Health['state'], why: string];
  /** The last open request is done. */
  idle: [];
  /** It must give up what is still open. */
  cut: [];
}

/** A process that answers requests, at an address, as its target group sees it. */
export class Target extends EventEmitter<TargetEvents> {
  state: Health['state'] | 'draining' = 'initial';
  /** Requests and WebSockets that it has not finished. */
  outstanding = 0;
  /** Its connections, kept open between requests for as long as the load balancer's idle timeout. */
  readonly agent: Agent;

  constructor(
    readonly host: string,
    readonly port: number,
    idleMs: number,
  ) {
    super();
    // Each open request waits for `cut`.
    this.setMaxListeners(0);
    this.agent = new Agent({ keepAlive: true, timeout: idleMs });
  }

  /** Counts what `work` does as one open request of this target. */
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

  /** Waits until nothing is open, at most `ms`; then cuts what is. */
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
