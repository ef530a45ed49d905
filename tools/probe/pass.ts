import { setTimeout as sleep } from 'node:timers/promises';
import { type Page, pageRequest } from './fresh-run';
import { KeptConnection } from './kept-connection';
import type { Pass } from './measurements';
import type { Place } from './place';
import type { Sockets } from './storm';

/** A request starts every so many milliseconds whether or not earlier ones were answered: a stall counts for all that wait. */
const EVERY = 50;

/** A request that is not answered so long after the last was sent, in milliseconds, waits for something, not for its turn. */
const PATIENCE = 2_000;

/**
 * Sends requests, each on a connection of its own, for some seconds.
 *
 * @param sockets that are open meanwhile; they are closed if requests stall, to see whether that releases them
 */
export async function pass(
  name: Pass['name'],
  place: Place,
  page: Page,
  seconds: number,
  sockets?: Sockets,
): Promise<Pass> {
  const ms: number[] = [];
  const failures: string[] = [];
  let waiting = 0;
  const one = async () => {
    const start = place.clock.now();
    waiting++;
    try {
      const connection = await KeptConnection.open(place);
      try {
        const { status } = await connection.send(pageRequest(page));
        if (status === 429 || status >= 500) {
          failures.push(`answered ${status}`);
        } else {
          ms.push(place.clock.now() - start);
        }
      } finally {
        connection.close();
      }
    } catch (error) {
      // What breaks under load is a result: the same requests were answered before.
      failures.push((error as Error).message);
    } finally {
      waiting--;
    }
  };
  const requests: Promise<void>[] = [];
  const begin = performance.now();
  for (let at = 0; at < seconds * 1000; at += EVERY) {
    await sleep(Math.max(0, begin + at - performance.now()), undefined, { signal: place.signal });
    requests.push(one());
  }
  const all = Promise.all(requests);
  await Promise.race([all, sleep(PATIENCE, undefined, { signal: place.signal, ref: false })]);
  const stalled = waiting;
  const answeredBefore = ms.length;
  if (stalled > 0) {
    sockets?.close();
  }
  await all;
  place.signal.throwIfAborted();
  const released = ms.length - answeredBefore;
  return {
    name,
    sockets: { asked: sockets?.asked ?? 0, opened: sockets?.opened ?? 0 },
    frames: { sent: sockets?.frames.sent ?? 0, received: sockets?.frames.received ?? 0 },
    ms,
    failures,
    stalled,
    released,
  };
}
