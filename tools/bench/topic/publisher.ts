import { randomUUID } from 'node:crypto';
import { publish, type Publishing } from '../../../lambda/realtime/publishing';
import { ANYONE } from '../../../lambda/realtime/principal';
import { type Clock, Unavailable } from '../../../lambda/realtime/ports';

/** A message that was acknowledged to its publisher. */
export interface Acknowledgement {
  readonly publisher: number;
  /** Number of the message of this publisher, from 1. */
  readonly count: number;
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Milliseconds from the publish, which begins with the rate limit, to the acknowledgement. */
  readonly milliseconds: number;
}

/** Data of a message: its publisher and its number, filled up to a number of bytes as JSON. */
export function dataOf(publisher: number, count: number, bytes: number): string {
  return `${publisher} ${count} `.padEnd(bytes - 2, 'x');
}

/** @returns the publisher and the number of a message */
export function senderOf(data: unknown): string {
  return String(data).split(' ', 2).join(' ');
}

export interface PublisherOptions {
  readonly publishing: Publishing;
  readonly topic: string;
  readonly publisher: number;
  readonly bytes: number;
  readonly clock: Clock;
  /** Called with each acknowledgement, and if a publish was refused for now. */
  readonly acknowledged: (acknowledgement: Acknowledgement) => void;
  readonly unavailable: () => void;
}

/** Publishes one message after another, each when the last one was acknowledged. Repeats a publish that fails. */
export async function publishUntil(end: number, options: PublisherOptions): Promise<void> {
  const { publishing, topic, publisher, bytes, clock, acknowledged, unavailable } = options;
  const principal = { ...ANYONE, subject: `publisher-${publisher}` };
  for (let count = 1; clock.now() < end; count++) {
    const publication = { topic, data: dataOf(publisher, count, bytes), id: randomUUID() };
    const begun = clock.now();
    let sequence: number | undefined;
    while (sequence === undefined) {
      try {
        const message = await publish(publication, principal, publishing);
        sequence = message === 'conflict' ? Number.NaN : message.sequence;
      } catch (error) {
        if (!(error instanceof Unavailable)) {
          throw error;
        }
        unavailable();
      }
    }
    acknowledged({ publisher, count, sequence, at: clock.now(), milliseconds: clock.now() - begun });
  }
}
