import { CommandError } from '../../cli';
import { type Answered, exchangeOf, PersistentConnection } from '../network/persistent-connection';
import { despiteRestart } from './accepting';
import type { Context } from './context';
import { cacheTime, needsPreflight, preflightRefusal, preflightRequest, unreadable } from './preflight';

const TIMES = 5;

/** Number of further preflights, if the probe was paused during some. */
const EXTRA = 5;

/**
 * The preflights that a browser sends before the page's request, each on a new connection. They come after everything that looks
 * for a cold process, because most frameworks answer them before the code of the application.
 *
 * @throws {CommandError} if a browser would not send the request, or not let the page read the response
 */
export async function preflights(context: Context): Promise<void> {
  const { plan, found } = context;
  if (needsPreflight(plan.request)) {
    await measure(context);
  }
  const reason = found.evidence && unreadable(found.evidence.headers, plan.request);
  if (reason) {
    throw new CommandError(reason);
  }
}

async function measure(context: Context): Promise<void> {
  const { plan, found, show } = context;
  const exchanges = [];
  let undisturbed = 0;
  while (undisturbed < TIMES && exchanges.length < TIMES + EXTRA) {
    show(`preflights, ${undisturbed + 1} of ${TIMES}`);
    const answer = await despiteRestart(context.server, () => send(context));
    const refusal = preflightRefusal(answer, plan.request);
    if (refusal) {
      throw new CommandError(refusal);
    }
    exchanges.push(exchangeOf(answer));
    undisturbed += answer.pause > 0 ? 0 : 1;
    found.preflight = { ...cacheTime(answer.headers), exchanges: [...exchanges] };
  }
}

async function send({ plan, server }: Context): Promise<Answered> {
  const connection = await PersistentConnection.open(server);
  try {
    return await connection.send(preflightRequest(plan.request));
  } finally {
    connection.close();
  }
}
