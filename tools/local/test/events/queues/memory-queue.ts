import type { Message, Queue } from '../../../events/queues/queue';

/** A queue in memory that delivers each message once. */
export class MemoryQueue implements Queue {
  readonly #waiting: Message[] = [];
  readonly #receivers: (() => void)[] = [];
  readonly deleted: string[] = [];
  /** Errors that the next calls of `receive` throw. */
  readonly failures: Error[] = [];
  /** Number of messages that each call of `receive` requested. */
  readonly counts: number[] = [];

  constructor(...bodies: string[]) {
    this.send(...bodies);
  }

  send(...bodies: string[]): void {
    this.#waiting.push(
      ...bodies.map((body) => ({ MessageId: body, ReceiptHandle: `handle-${body}`, Body: body, MD5OfBody: 'md5' })),
    );
    for (const wake of this.#receivers.splice(0)) {
      wake();
    }
  }

  async receive(count: number, waitSeconds: number, signal: AbortSignal): Promise<readonly Message[]> {
    this.counts.push(count);
    const failure = this.failures.shift();
    if (failure) {
      throw failure;
    }
    if (this.#waiting.length === 0 && waitSeconds > 0) {
      await new Promise<void>((resolve, reject) => {
        this.#receivers.push(resolve);
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    }
    return this.#waiting.splice(0, count);
  }

  async delete(receiptHandles: readonly string[]): Promise<void> {
    this.deleted.push(...receiptHandles.map((handle) => handle.replace('handle-', '')));
  }
}
