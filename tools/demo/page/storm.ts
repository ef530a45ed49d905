import type { Bounds, StormOrder, StormReport } from './storm-order';

/** WebSockets that put load on a server. They run in a separate thread, so that they do not slow down the page's measurements. */
export class Storm {
  /** Number of messages that arrived, counted at each WebSocket. */
  delivered = 0;
  /** Error codes of rejected messages. */
  readonly refused = new Set<string>();
  private readonly worker = new Worker('storm.worker.js', { type: 'module' });
  private settle: { resolve(): void; reject(error: Error): void } = {
    resolve: () => undefined,
    reject: () => undefined,
  };

  private constructor() {
    this.worker.addEventListener('message', ({ data }: MessageEvent<StormReport>) => this.receive(data));
    this.worker.addEventListener('error', ({ message }) => this.settle.reject(new Error(message)));
  }

  /** Opens and subscribes the WebSockets. Rejects if one fails, or when the signal is aborted. */
  static async open(order: StormOrder, signal: AbortSignal): Promise<Storm> {
    const storm = new Storm();
    signal.addEventListener('abort', () => storm.stop(signal.reason));
    try {
      await storm.send(order);
    } catch (error) {
      storm.stop();
      throw error;
    }
    return storm;
  }

  /** Sends messages. Resolves when the time is over. Rejects if a WebSocket closes, or when the signal is aborted. */
  run(bounds: Bounds): Promise<void> {
    return this.send(bounds);
  }

  /** Closes every WebSocket immediately. */
  stop(reason = new Error('The load test was stopped.')): void {
    this.worker.terminate();
    this.settle.reject(reason);
  }

  private send(request: StormOrder | Bounds): Promise<void> {
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      this.worker.postMessage(request);
    });
  }

  private receive(report: StormReport): void {
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
