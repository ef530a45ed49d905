import { attemptOnNewConnection } from '../network/new-connection';
import { pageRequest } from '../network/page-request';
import type { Context } from './context';

/** Number of times that each redirect is requested again. */
const TIMES = 5;

/** Requests the URLs that redirect again, each on a new connection, to find out if only the first redirect was slow. */
export async function redirectsAgain(redirecting: readonly Context[]): Promise<void> {
  for (const [index, { plan, server, found, show }] of redirecting.entries()) {
    show(`the redirect of ${server.url.href} again`);
    const again: number[] = [];
    for (let time = 1; time <= TIMES; time++) {
      again.push((await attemptOnNewConnection(server, pageRequest(plan.request))).ms);
    }
    const redirect = found.redirects[index];
    if (redirect) {
      found.redirects[index] = { ...redirect, again };
    }
  }
}
