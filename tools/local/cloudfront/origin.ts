import { EventEmitter } from 'node:events';
import { Agent } from 'node:http';
import type { Destination } from '../http/ip-target/forward';

/** An entry point of this run, as the origin of a distribution. */
export class Origin extends EventEmitter<{ cut: [] }> implements Destination {
  readonly agent: Agent;

  /** @param keepAliveMs - milliseconds for which an idle connection stays open */
  constructor(
    readonly host: string,
    readonly port: number,
    keepAliveMs: number,
  ) {
    super();
    // Each open request listens to `cut`.
    this.setMaxListeners(0);
    this.agent = new Agent({ keepAlive: true, timeout: keepAliveMs });
  }

  duringWebSocket(work: () => Promise<void>): Promise<void> {
    return work();
  }

  close(): void {
    this.agent.destroy();
  }
}
