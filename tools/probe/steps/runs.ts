import { randomUUID } from 'node:crypto';
import { CommandError } from '../../cli';
import type { Run } from '../measurements';
import type { Endpoint } from '../network/endpoint';
import { pageRequest } from '../network/page-request';
import { PersistentConnection } from '../network/persistent-connection';
import { refusal } from '../network/status';
import { acceptsSoon } from './accepting';
import type { Context } from './context';
import { failed, startAt } from '../network/failed';
import { attemptUndisturbed, firstRun, openingOf } from './first-run';
import { redirectsAgain } from './redirects-again';

/**
 * The page's request, and the same again; then on new connections the same and a new URL, each twice. A run in which the probe
 * was paused is kept, since it can be the only one that met a new worker, and another one follows.
 *
 * @returns the context of the URL to which the page's request was redirected, for all later steps
 */
export async function runs(context: Context): Promise<Context> {
  const { found, show } = context;
  show("the page's first and second request");
  const visited = await firstRun(context);
  const located = visited.pop() ?? context;
  const { rounds } = located.plan;
  let undisturbed = 0;
  for (let run = 1; undisturbed < rounds && run <= 2 * rounds; run++) {
    show(`requests on new connections, ${undisturbed + 1} of ${rounds}`);
    const result = await runOnNewConnection(located);
    found.runs.push(result);
    throwIfUseless(result, located);
    undisturbed += isDisturbed(result) ? 0 : 1;
  }
  await redirectsAgain(visited);
  return located;
}

async function runOnNewConnection({ plan, server }: Context): Promise<Run> {
  const { request } = plan;
  const start = startAt(server);
  let connection: PersistentConnection;
  try {
    connection = await openedAfterRestart(server);
  } catch (error) {
    const failure = failed(error, start, server);
    return { tcp: failure.ms, first: failure, second: failure };
  }
  try {
    const first = await connection.attempt(pageRequest(request));
    const second = await attemptUndisturbed(connection, pageRequest(request));
    const other = pageRequest(request, otherPath(request.url, request.otherPath));
    const otherUrl = [await connection.attempt(other), await attemptUndisturbed(connection, other)] as const;
    return { ...openingOf(connection), first, second, otherUrl };
  } finally {
    connection.close();
  }
}

/** Opens a connection. If the server refuses it because it restarts, waits for the end of that. */
async function openedAfterRestart(server: Endpoint): Promise<PersistentConnection> {
  try {
    return await PersistentConnection.open(server);
  } catch (error) {
    server.signal.throwIfAborted();
    if (error instanceof CommandError && (await acceptsSoon(server))) {
      return PersistentConnection.open(server);
    }
    throw error;
  }
}

/** A URL that nobody has requested: the given path, or the page's, with a parameter that no application knows. */
function otherPath(url: URL, path: string | undefined): string {
  const other = new URL(path ?? url, url);
  other.searchParams.set('probe', randomUUID());
  return other.pathname + other.search;
}

/** @throws {CommandError} if further runs show nothing: the server has ended, or it limits the rate of requests */
function throwIfUseless({ first, second }: Run, { plan }: Context): void {
  if (first.failure !== undefined && second.failure !== undefined) {
    throw new CommandError(first.failure);
  }
  const limited = [first, second].find(({ status }) => status === 429);
  const reason = limited && refusal(limited.status, plan);
  if (reason) {
    throw new CommandError(reason);
  }
}

function isDisturbed({ first, second, otherUrl = [first, second] }: Run): boolean {
  return [first, second, ...otherUrl].some(({ pause }) => pause > 0);
}
