import { attemptOnNewConnection } from '../network/new-connection';
import { pageRequest } from '../network/page-request';
import type { Context } from './context';

/** Requests of one burst. A browser opens six connections to a host; two more also reach the workers of a usual small pool. */
const REQUESTS = 8;

/** Two bursts of requests at once, each on a new connection. Workers that were not reached in turn are slow in the first burst only. */
export async function bursts({ plan, found, server, show }: Context): Promise<void> {
  for (const burst of ['first', 'second']) {
    show(`${REQUESTS} requests at once, ${burst} time`);
    const attempts = await Promise.all(
      Array.from({ length: REQUESTS }, () => attemptOnNewConnection(server, pageRequest(plan.request))),
    );
    found.bursts.push(attempts.map(({ exchange }) => exchange));
  }
}
