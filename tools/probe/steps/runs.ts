import { randomUUID } from 'node:crypto';
import { CommandError } from '../../cli';
import type { Run } from '../measurements';
import { pageRequest } from '../network/page-request';
import { PersistentConnection } from '../network/persistent-connection';
import { refusal } from '../network/status';
import { despiteRestart } from './accepting';
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
    const before = found.runs.at(-1);
    found.runs.push(result);
    throwIfUseless(before, result, run, located);
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
    connection = await despiteRestart(server, () => PersistentConnection.open(server));
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

/** A URL that nobody has requested: the given path, or the page's, with a parameter that no application knows. */
function otherPath(url: URL, path: string | undefined): string {
  const other = new URL(path ?? url, url);
  other.searchParams.set('probe', randomUUID());
  return other.pathname + other.search;
}

/** @throws {CommandError} if further runs show nothing: the server has ended, or it limits the rate of requests */
function throwIfUseless(before: Run | undefined, run: Run, earlier: number, { plan }: Context): void {
  const { first, second } = run;
  // A restart can fail the requests of one run. A connection was waited for, so that it would outlast a restart.
  if (isUnanswered(run) && (isUnconnected(run) || (before && isUnanswered(before)))) {
    const answered = isUnconnected(run) ? earlier : earlier - 1;
    const [problem] = second.failure?.split('. Fix: ') ?? [];
    throw new CommandError(
      `The server no longer answered after ${answered} ${answered === 1 ? 'connection' : 'connections'}: ${problem}. Fix: look in the log of the server for the reason, and start it again.`,
    );
  }
  const limited = [first, second].find(({ status }) => status === 429);
  const reason = limited && refusal(limited.status, plan);
  if (reason) {
    throw new CommandError(reason);
  }
}

function isUnconnected({ first, second }: Run): boolean {
  return first === second;
}

function isUnanswered({ first, second }: Run): boolean {
  return first.failure !== undefined && second.failure !== undefined;
}

function isDisturbed({ first, second, otherUrl = [first, second] }: Run): boolean {
  return [first, second, ...otherUrl].some(({ pause }) => pause > 0);
}
