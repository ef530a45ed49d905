import { setTimeout as sleep } from 'node:timers/promises';
import { type Page, pageRequest } from './fresh-run';
import { PersistentConnection } from './persistent-connection';
import type { Pass } from './measurements';
import type { Endpoint } from './endpoint';
import type { Sockets } from './storm';

/** Milliseconds between requests. They do not wait for earlier responses, so a stall delays all of them. */
const INTERVAL = 50;

/** Milliseconds after the last request. Requests that are not answered by then count as stalled. */
const STALL_TIMEOUT = 2_000;

/**
 * Sends requests, each on a new connection, for some seconds.
 *
 * @param sockets the open sockets. They are closed if requests stall, to check if that releases the requests
 */
export async function pass(
  name: Pass['name'],
  endpoint: Endpoint,
  page: Page,
  seconds: number,
  sockets?: Sockets,
): Promise<Pass> {
  const ms: number[] = [];
  const failures: string[] = [];
  let waiting = 0;
  const one = async () => {
    const start = endpoint.clock.now();
    waiting++;
    try {
      const connection = await PersistentConnection.open(endpoint);
      try {
        const { status } = await connection.send(pageRequest(page));
        if (status === 429 || status >= 500) {
          failures.push(`answered ${status}`);
        } else {
          ms.push(endpoint.clock.now() - start);
        }
      } finally {
        connection.close();
      }
    } catch (error) {
      // A failure under load is a result, because the same requests succeeded before.
      failures.push((error as Error).message);
    } finally {
      waiting--;
    }
  };
  const requests: Promise<void>[] = [];
  const begin = performance.now();
  for (let at = 0; at < seconds * 1000; at += INTERVAL) {
    await sleep(Math.max(0, begin + at - performance.now()), undefined, { signal: endpoint.signal });
    requests.push(one());
  }
  const all = Promise.all(requests);
  await Promise.race([all, sleep(STALL_TIMEOUT, undefined, { signal: endpoint.signal, ref: false })]);
  const stalled = waiting;
  const answeredBefore = ms.length;
  if (stalled > 0) {
    sockets?.close();
  }
  await all;
  endpoint.signal.throwIfAborted();
  const released = ms.length - answeredBefore;
  return {
    name,
    sockets: { requested: sockets?.requested ?? 0, opened: sockets?.opened ?? 0 },
    frames: { sent: sockets?.frames.sent ?? 0, received: sockets?.frames.received ?? 0 },
    ms,
    failures,
    stalled,
    released,
  };
}
