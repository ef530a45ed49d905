import type { Clock } from '../../client';
import { Random } from '../simulation/random';
import { Lanes } from './lanes';

const SECOND = 1_000;

/** A stream of messages whose pushes arrive late, in milliseconds. */
export interface Stream {
  readonly perSecond: number;
  /** Shortest and longest time from publish to arrival. Each push has its own, so later messages overtake earlier ones. */
  readonly late: readonly [number, number];
  readonly seconds: number;
  /** Sequences of the messages whose pushes are lost. @default none */
  readonly lost?: readonly number[];
  /** Number of handlers of the topic in the client. @default 1 */
  readonly handlers?: number;
  /** Milliseconds by which the clock of the client is ahead. @default 0 */
  readonly clockAhead?: number;
}

export interface Outcome {
  /** Requests of the client for history, and their number per second. */
  readonly reads: number;
  readonly readsPerSecond: number;
  /** Milliseconds from publish to handler, by sequence - 1, for each handler in order. */
  readonly delays: readonly number[];
}

/** Publishes a stream to a real client in virtual time. The seed determines every delay. */
export async function streamTo(stream: Stream, seed = 1): Promise<Outcome> {
  const { perSecond, late, seconds, lost = [], handlers = 1, clockAhead = 0 } = stream;
  const [shortest, longest] = late;
  const chance = new Random(seed);
  const random = () => chance.next();
  const lanes = new Lanes(random);
  const clock: Clock = { ...lanes.time, random, now: () => lanes.time.now() + clockAhead };
  const client = lanes.client({ clock });
  const delays: number[] = [];
  for (let handler = 0; handler < handlers; handler += 1) {
    client.subscribe('news', ({ publishedAt }) => delays.push(lanes.time.now() - Date.parse(publishedAt)));
  }
  await lanes.time.pass(0);
  lanes.push = (message, socket) => {
    if (!lost.includes(message.sequence)) {
      const delay = shortest + random() * (longest - shortest);
      lanes.time.setTimeout(() => socket.receive({ type: 'message', ...message }), delay);
    }
  };
  for (let count = 0; count < perSecond * seconds; count += 1) {
    await lanes.publish('news', count);
    await lanes.time.pass(SECOND / perSecond);
  }
  await lanes.time.pass(5 * 60 * SECOND);
  lanes.end();
  const reads = lanes.paths('GET').length;
  return { reads, readsPerSecond: reads / seconds, delays };
}
