/** Bursts per second. */
const BURSTS = 4;

/** Outcome of the messages of a load test. */
export interface Delivered {
  readonly sent: number;
  /**
   * Milliseconds of each message that arrived at every WebSocket: from the time at which it was to be sent, until it arrived at
   * the last of them.
   */
  readonly latencies: readonly number[];
  /**
   * Messages per second that arrived at every WebSocket. The time ends with the last arrival, less the shortest latency: a server
   * that keeps the rate delivers each message late by about the same time.
   */
  readonly perSecond: number;
  /** Error codes of rejected messages. */
  readonly refused: readonly string[];
}

/**
 * @returns the times at which to send messages at a fixed rate, in milliseconds since the start: in four bursts a second, and
 * regardless of the messages that have arrived
 */
export function sendTimes(perSecond: number, seconds: number): number[] {
  return Array.from(
    { length: perSecond * seconds },
    (_, index) => Math.floor((index * BURSTS) / perSecond) * (1000 / BURSTS),
  );
}

/** Counts the messages of a load test. All times are in milliseconds since its start. */
export class Deliveries<Receiver> {
  private readonly waiting = new Map<string, { due: number; receivers: Set<Receiver> }>();
  private readonly latencies: number[] = [];
  private readonly refused = new Set<string>();
  private sent = 0;
  private lastArrival = 0;

  /** Number of messages that have not arrived at every receiver. */
  get missing(): number {
    return this.waiting.size;
  }

  /** @param due - time at which the message was to be sent. It can be sent later, because the browser is busy. */
  send(id: string, due: number, receivers: readonly Receiver[]): void {
    this.sent += 1;
    this.waiting.set(id, { due, receivers: new Set(receivers) });
  }

  /** Counts an arrival. A second arrival at the same receiver does not count. */
  arrive(id: string, receiver: Receiver, at: number): void {
    const message = this.waiting.get(id);
    if (message?.receivers.delete(receiver) && message.receivers.size === 0) {
      this.waiting.delete(id);
      this.latencies.push(at - message.due);
      this.lastArrival = at;
    }
  }

  refuse(id: string, code: string): void {
    this.waiting.delete(id);
    this.refused.add(code);
  }

  /** @param duration - milliseconds for which messages were sent */
  result(duration: number): Delivered {
    const { sent, latencies } = this;
    const perSecond = (latencies.length * 1000) / Math.max(duration, this.lastArrival - Math.min(...latencies));
    return { sent, latencies, perSecond, refused: [...this.refused] };
  }
}
