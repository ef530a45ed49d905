import { randomUUID } from 'node:crypto';
import type { Run } from '../measurements';
import { pageRequest } from '../network/page-request';
import { PersistentConnection } from '../network/persistent-connection';
import type { Context } from './context';

/** The page's request, and the same again; then on new connections the same and a new URL, each twice. */
export async function runs({ plan, found, server, show }: Context): Promise<void> {
  for (let run = 0; run <= plan.rounds; run++) {
    show(run === 0 ? "the page's first and second request" : `requests on new connections, ${run} of ${plan.rounds}`);
    const connection = await PersistentConnection.open(server);
    try {
      const { tcp, tls } = connection.first;
      const same = pageRequest(plan.request);
      const first = await connection.attempt(same);
      const second = await connection.attempt(same);
      const result: Run = { tcp, ...(tls !== undefined && { tls }), first, second };
      if (run === 0) {
        found.runs.push(result);
      } else {
        const other = pageRequest(plan.request, otherPath(plan.request.url, plan.request.otherPath));
        const otherUrl = [await connection.attempt(other), await connection.attempt(other)] as const;
        found.runs.push({ ...result, otherUrl });
      }
    } finally {
      connection.close();
    }
  }
}

/** A URL that nobody has requested: the given path, or the page's, with a parameter that no application knows. */
function otherPath(url: URL, path: string | undefined): string {
  const other = new URL(path ?? url, url);
  other.searchParams.set('probe', randomUUID());
  return other.pathname + other.search;
}
