import { CommandError } from '../../cli';
import type { Exchange, Run } from '../measurements';
import { pageRequest } from '../network/page-request';
import type { Request } from '../network/channel';
import { type Answered, exchangeOf, PersistentConnection } from '../network/persistent-connection';
import { MAX_REDIRECTS, redirectTarget } from '../network/redirect';
import { refusal } from '../network/status';
import type { Plan } from '../plan';
import type { Context } from './context';
import { evidenceOf } from './evidence';
import { failed, startAt } from '../network/failed';
import { relocate } from './locate';

/** Number of attempts to measure a request during which the probe was not paused. */
const ATTEMPTS = 3;

/**
 * The page's own request, the very first one that the server gets from the probe, and the same again. Follows redirects.
 *
 * @returns the context of each URL, the final one last
 * @throws {CommandError} if the server does not answer, or if the response shows that this is not the page's request
 */
export async function firstRun(context: Context): Promise<Context[]> {
  const { found } = context;
  let current = context;
  const visited = [context];
  let connection = await PersistentConnection.open(current.server);
  let cookie: string | undefined;
  let opened: Pick<Run, 'tcp' | 'tls'> = openingOf(connection);
  try {
    let answer = await ask(connection, current);
    for (let next = targetOf(answer, current.plan); next; next = targetOf(answer, current.plan)) {
      const { url } = current.plan.request;
      const { ms, opening, status } = answer.exchange;
      cookie ??= answer.answered?.headers['set-cookie']?.[0]?.split('=')[0];
      if (found.redirects.length === MAX_REDIRECTS) {
        throw new CommandError(tooManyRedirects(context.plan.request.url, next, cookie));
      }
      found.redirects.push({
        from: url.href,
        to: next.href,
        status,
        ms: opened.tcp + (opened.tls ?? 0) + opening + ms,
      });
      current = await relocate(current, next, status);
      visited.push(current);
      opened = { tcp: 0 };
      if (next.origin !== url.origin) {
        connection.close();
        connection = await PersistentConnection.open(current.server);
        opened = openingOf(connection);
      }
      answer = await ask(connection, current);
    }
    const first = answer.exchange;
    const second = await attemptUndisturbed(connection, pageRequest(current.plan.request));
    if (answer.error && second.failure !== undefined) {
      throw answer.error;
    }
    found.runs.push({ ...opened, first, second });
    if (answer.answered) {
      found.evidence = evidenceOf(answer.answered);
    }
    throwIfRefused(first, second, current.plan);
    return visited;
  } finally {
    connection.close();
  }
}

/** A server that sets a cookie and redirects can do so until it receives the cookie. */
function tooManyRedirects(from: URL, to: URL, cookie: string | undefined): string {
  const fix =
    cookie === undefined
      ? 'pass the URL of the API'
      : `pass the cookie as the browser has it, with --cookie '${cookie}=...', because the probe keeps no cookies`;
  return `${from.href} redirects more than ${MAX_REDIRECTS} times, at last to ${to.href}. Fix: ${fix}.`;
}

interface Answer {
  readonly exchange: Exchange;
  readonly answered?: Answered;
  readonly error?: unknown;
}

/** Sends the page's request. A missing response is a result: the process may need longer to start than the timeout. */
async function ask(connection: PersistentConnection, { plan, server }: Context): Promise<Answer> {
  const start = startAt(server);
  try {
    const answered = await connection.send(pageRequest(plan.request));
    return { exchange: exchangeOf(answered), answered };
  } catch (error) {
    return { exchange: failed(error, start, server), error };
  }
}

/** URL that a browser requests after this answer. Undefined if the user expects the redirect itself. */
function targetOf({ answered }: Answer, { request }: Plan): URL | undefined {
  return answered && answered.status !== request.status ? redirectTarget(answered, request.url) : undefined;
}

/** TCP and TLS time of a connection, as in a run. */
export function openingOf({ first: { tcp, tls } }: PersistentConnection): Pick<Run, 'tcp' | 'tls'> {
  return { tcp, ...(tls !== undefined && { tls }) };
}

/** A request that renews nothing: if the probe was paused, it is sent again. */
export async function attemptUndisturbed(connection: PersistentConnection, request: Request): Promise<Exchange> {
  let exchange = await connection.attempt(request);
  for (let attempt = 1; attempt < ATTEMPTS && exchange.pause > 0; attempt++) {
    exchange = await connection.attempt(request);
  }
  return exchange;
}

/** @throws {CommandError} if the request cannot be measured. A first one that fails alone can: the process was starting */
function throwIfRefused(first: Exchange, second: Exchange, plan: Plan): void {
  const again = refusal(second.status, plan);
  if (again === undefined) {
    return;
  }
  const alreadyFirst = refusal(first.status, plan);
  if (alreadyFirst !== undefined || first.status === 0 || second.status === 429) {
    throw new CommandError(alreadyFirst ?? again);
  }
  const { method, url } = plan.request;
  throw new CommandError(
    `${method} ${url.href} was answered ${first.status}, but the same again ${second.status}. Fix: use a request that can be repeated, or one that only reads.`,
  );
}
