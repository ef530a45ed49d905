import { randomUUID } from 'node:crypto';
import { CommandError } from '../../cli';
import type { Exchange, Run } from '../measurements';
import { pageRequest } from '../network/page-request';
import { type Answered, exchangeOf, PersistentConnection } from '../network/persistent-connection';
import { MAX_REDIRECTS, redirectTarget } from '../network/redirect';
import { refusal } from '../network/status';
import type { Context } from './context';
import { relocate } from './locate';

/** Milliseconds for which the probe may be paused during a request that can be measured again. */
const PAUSED = 5;

/** Maximum number of measurements of such a request. */
const ATTEMPTS = 3;

/**
 * The page's request, and the same again; then on new connections the same and a new URL, each twice.
 *
 * @returns the context for all later steps: that of the URL to which the page's request is redirected
 * @throws {CommandError} if the request is refused
 */
export async function runs(context: Context): Promise<Context> {
  context.show("the page's first and second request");
  const final = await ownRun(context, MAX_REDIRECTS);
  const { plan, found, show } = final;
  const status = found.runs[0]?.second.status || found.runs[0]?.first.status || 0;
  const refused = refusal(status, plan);
  if (refused) {
    throw new CommandError(refused);
  }
  for (let run = 1; run <= plan.rounds; run++) {
    show(`requests on new connections, ${run} of ${plan.rounds}`);
    found.runs.push(await laterRun(final));
  }
  return final;
}

/** The page's very first request. A redirect is a part of it, so the request after it is the first one of its server. */
async function ownRun(context: Context, redirects: number): Promise<Context> {
  const { plan, found, server } = context;
  const before = server.clock.now();
  const connection = await PersistentConnection.open(server);
  try {
    const { tcp, tls } = connection.first;
    const answered = await firstAnswer(connection, context);
    const target = redirects > 0 && 'headers' in answered ? redirectTarget(answered, plan.request.url) : undefined;
    if (target === undefined) {
      const first = 'headers' in answered ? exchangeOf(answered) : answered;
      const second = await connection.attempt(pageRequest(plan.request), false);
      found.runs.push({ tcp, ...(tls !== undefined && { tls }), first, second });
      return context;
    }
    const { status } = answered;
    found.redirects.push({
      from: plan.request.url.href,
      to: target.href,
      status,
      ms: server.clock.now() - before,
    });
    return await ownRun(await relocate(context, target, status), redirects - 1);
  } finally {
    connection.close();
  }
}

/** The answer with its headers, or the reason why there is none. */
async function firstAnswer(connection: PersistentConnection, { plan, server }: Context): Promise<Answered | Exchange> {
  const at = server.clock.now();
  const pausedBefore = server.clock.paused;
  try {
    return await connection.send(pageRequest(plan.request));
  } catch (error) {
    server.signal.throwIfAborted();
    const ms = Math.min(plan.network.timeout, server.clock.now() - at);
    const pause = server.clock.paused - pausedBefore;
    return { at, ms, opening: 0, status: 0, closed: true, pause, failure: (error as Error).message };
  }
}

/** Each request renews one thing: the connection, nothing, the URL, nothing. A run during which the probe was paused is repeated. */
async function laterRun(context: Context): Promise<Run> {
  for (let attempt = 1; ; attempt++) {
    const run = await onceMore(context);
    const exchanges = [run.first, run.second, ...(run.otherUrl ?? [])];
    if (attempt === ATTEMPTS || exchanges.every(({ pause }) => pause < PAUSED)) {
      return run;
    }
  }
}

async function onceMore({ plan: { request }, server }: Context): Promise<Run> {
  const connection = await PersistentConnection.open(server);
  try {
    const { tcp, tls } = connection.first;
    const same = pageRequest(request);
    const other = pageRequest(request, otherPath(request.url, request.otherPath));
    const first = await connection.attempt(same);
    const second = await connection.attempt(same);
    const otherUrl = [await connection.attempt(other), await connection.attempt(other, false)] as const;
    return { tcp, ...(tls !== undefined && { tls }), first, second, otherUrl };
  } finally {
    connection.close();
  }
}

/** A URL that was not requested before: the given path or the page's, with a parameter that no application uses. */
function otherPath(url: URL, path: string | undefined): string {
  const other = new URL(path ?? url, url);
  other.searchParams.set('probe', randomUUID());
  return other.pathname + other.search;
}
