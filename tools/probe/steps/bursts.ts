import type { Exchange } from '../measurements';
import { pageRequest } from '../network/page-request';
import { PersistentConnection } from '../network/persistent-connection';
import type { Context } from './context';
import { failed, startAt } from '../network/failed';

const BURSTS = 2;

/** Requests of each burst. More than the workers of most development servers. */
const SIZE = 8;

/**
 * Two bursts of requests at once, each on a new connection. The first one reaches workers that requests in turn did not reach,
 * because the system gives those to one worker that waits; the second one shows if they were slow only once.
 */
export async function bursts(context: Context): Promise<void> {
  const { found, show } = context;
  for (let burst = 1; burst <= BURSTS; burst++) {
    show(`${SIZE} requests at once, ${burst} of ${BURSTS}`);
    found.bursts.push(await requestsAtOnce(context));
  }
}

/** Opens all connections first, so that the work for their handshakes delays no response. */
async function requestsAtOnce({ plan, server }: Context): Promise<Exchange[]> {
  const start = startAt(server);
  const opened = await Promise.allSettled(Array.from({ length: SIZE }, () => PersistentConnection.open(server)));
  try {
    return await Promise.all(
      opened.map((one) =>
        one.status === 'fulfilled'
          ? one.value.attempt(pageRequest(plan.request), false)
          : failed(one.reason, start, server),
      ),
    );
  } finally {
    for (const one of opened) {
      if (one.status === 'fulfilled') {
        one.value.close();
      }
    }
  }
}
