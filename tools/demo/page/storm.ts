import type { Delivered } from './deliveries';
import type { Rate, StormOrder, StormReport } from './storm-order';

type Report = Exclude<StormReport, { kind: 'failed' }>;

/** WebSockets that put load on a server. They run in a separate thread, so that they do not slow down the page's measurements. */
export class Storm {
  private readonly worker = new Worker('storm.worker.js', { type: 'module' });
  private settle: { resolve(report: Report): void; reject(error: Error): void } = {
    resolve: () => undefined,
    reject: () => undefined,
  };

  private constructor() {
    this.worker.addEventListener('message', ({ data }: MessageEvent<StormReport>) =>
      data.kind === 'failed' ? this.settle.reject(new Error(data.message)) : this.settle.resolve(data),
    );
    this.worker.addEventListener('error', ({ message }) => this.settle.reject(new Error(message)));
  }

  /** Opens and subscribes the WebSockets, and sends them one message. Rejects if one fails, or when the signal is aborted. */
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

  /**
   * Sends messages. Resolves when all have arrived, or some seconds after the last was sent. Rejects if a WebSocket closes, or when
   * the signal is aborted.
   */
  async run(rate: Rate): Promise<Delivered> {
    const report = await this.send(rate);
    if (report.kind !== 'finished') {
      throw new Error(`The load test reported ${report.kind} too early.`);
    }
    return report.delivered;
  }

  /** Closes every WebSocket immediately. */
  stop(reason = new Error('The load test was stopped.')): void {
    this.worker.terminate();
    this.settle.reject(reason);
  }

  private send(request: StormOrder | Rate): Promise<Report> {
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      this.worker.postMessage(request);
    });
  }
}
