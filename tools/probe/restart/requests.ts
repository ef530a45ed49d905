import { CommandError } from '../../cli';
import type { Exchange } from '../measurements';
import { pageRequest } from '../network/page-request';
import { exchangeOf, PersistentConnection } from '../network/persistent-connection';
import { redirectTarget } from '../network/redirect';
import { refusal } from '../network/status';
import type { Context } from '../steps/context';
import { NOTICEABLE } from '../diagnosis/thresholds';
import { longest, type Requests } from './restarts';

/** Maximum number of later requests: each worker of the server can be cold once. */
const MOST_LATER = 8;

/** Milliseconds of later requests after which no more are sent, because every request takes long. */
const LONG_ENOUGH = 8_000;

/**
 * Sends the first requests of a new process.
 *
 * @param begin calls its argument in the moment in which the first request is to be sent
 * @throws {CommandError} if one is not answered as expected
 */
export async function firstRequests(
  { plan, server, show }: Context,
  begin: (send: () => void) => Promise<void> = async (send) => send(),
): Promise<Requests> {
  const request = pageRequest(plan.request);
  const connection = await PersistentConnection.open(server);
  let first: Exchange;
  let second: Exchange;
  try {
    show('the first request');
    const answered = await new Promise<Awaited<ReturnType<typeof connection.send>>>((resolve, reject) => {
      begin(() => connection.send(request).then(resolve, reject)).catch(reject);
    });
    const target = redirectTarget(answered, plan.request.url);
    if (target) {
      throw new CommandError(
        `${plan.request.url.href} redirects to ${target.href} (${answered.status}). Fix: use that URL.`,
      );
    }
    const refused = refusal(answered.status, plan);
    if (refused !== undefined) {
      throw new CommandError(refused);
    }
    first = exchangeOf(answered);
    show('the second request');
    second = exchangeOf(await connection.send(request));
  } finally {
    connection.close();
  }
  const later: Exchange[] = [];
  // Another cold worker is about as slow, and not exactly.
  const isSlow = (exchange: Exchange) => first.ms >= NOTICEABLE && longest(exchange) >= first.ms / 2;
  const time = () => later.reduce((sum, { ms }) => sum + ms, 0);
  do {
    show(`a request on a new connection, ${later.length + 1} of at most ${MOST_LATER}`);
    later.push(await onNewConnection());
  } while (later.length < MOST_LATER && time() < LONG_ENOUGH && later.every(isSlow));
  return { first, second, later };

  async function onNewConnection(): Promise<Exchange> {
    const next = await PersistentConnection.open(server);
    try {
      return exchangeOf(await next.send(request));
    } finally {
      next.close();
    }
  }
}
