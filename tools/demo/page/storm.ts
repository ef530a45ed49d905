import type { Bounds, StormOrder, StormReport } from './storm-order';

/** Sockets that storm a server, in a thread of their own: what they do there does not slow what is measured here. */
export class Storm {
  /** Messages that arrived, each at one socket. */
  delivered = 0;
  /** Codes of the protocol that publishes were refused with. */
  readonly refused = new Set<string>();
  private readonly worker = new Worker('storm.worker.js', { type: 'module' });
  private settle: { resolve(): void; reject(error: Error): void } = {
    resolve: () => undefined,
    reject: () => undefined,
  };

  private constructor() {
    this.worker.addEventListener('message', ({ data }: MessageEvent<StormReport>) => this.heard(data));
    this.worker.addEventListener('error', ({ message }) => this.settle.reject(new Error(message)));
  }

  /** Opens the sockets, each subscribed. Rejects with a sentence if one cannot be, or when the signal says so. */
  static async gather(order: StormOrder, signal: AbortSignal): Promise<Storm> {
    const storm = new Storm();
    signal.addEventListener('abort', () => storm.stop(signal.reason));
    try {
      await storm.ask(order);
    } catch (error) {
      storm.stop();
      throw error;
    }
    return storm;
  }

  /** Resolves when it is over; rejects when a socket breaks, or the signal said so. */
  rage(bounds: Bounds): Promise<void> {
    return this.ask(bounds);
  }

  /** Closes every socket, at once. */
  stop(reason = new Error('The storm was stopped')): void {
    this.worker.terminate();
    this.settle.reject(reason);
  }

  private ask(what: StormOrder | Bounds): Promise<void> {
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      this.worker.postMessage(what);
    });
  }

  private heard(report: StormReport): void {
    if (report.kind === 'delivered') {
      this.delivered += report.messages;
    } else if (report.kind === 'refused') {
      this.refused.add(report.code);
    } else if (report.kind === 'failed') {
      this.settle.reject(new Error(report.message));
    } else {
      this.settle.resolve();
    }
  }
}
