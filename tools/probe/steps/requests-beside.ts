import { holdsRequests } from '../diagnosis/load/held';
import type { Held } from '../measurements';
import { type Attempt, attemptOnNewConnection } from '../network/new-connection';
import { pageRequest } from '../network/page-request';
import { failureUnderLoad } from '../network/status';
import type { Context } from './context';
import { stallTime, usualTime } from './usual-time';
import { within } from './within';

/** Number of requests beside the connections or sockets. */
const REQUESTS = 3;

/** Milliseconds in which a stalled request is answered after the connections or sockets are closed, plus its usual time. */
const RELEASE = 200;

/** Connections or sockets that are open. */
export interface Holding {
  readonly kind: Held['kind'];
  readonly requested: number;
  readonly opened: number;
  /** Number of those that the server closed so far. */
  readonly dropped: () => number;
  readonly close: () => void;
}

/** Measures once, and again if requests waited for the end of what was held, because one pause of the server looks the same. */
export async function confirmed(context: Context, open: () => Promise<Holding>): Promise<boolean> {
  for (let attempt = 0; attempt < 2; attempt++) {
    const holding = await open();
    let held: Held;
    try {
      held = await requestsBeside(context, holding);
    } finally {
      holding.close();
    }
    context.found.held.push(held);
    if (!holdsRequests(held)) {
      return false;
    }
  }
  return true;
}

/**
 * Sends requests at once, each on a new connection. If one is not answered in time, closes what is open, and sees if that
 * releases it. Does not close anything otherwise.
 */
async function requestsBeside(context: Context, holding: Holding): Promise<Held> {
  const { server, plan, found } = context;
  const { kind, requested, opened } = holding;
  const attempts: Attempt[] = [];
  const requests = Array.from({ length: REQUESTS }, async () => {
    attempts.push(await attemptOnNewConnection(server, pageRequest(plan.request)));
  });
  const all = Promise.all(requests);
  await within(stallTime(found), all, server.signal);
  const stalled = REQUESTS - attempts.length;
  const dropped = holding.dropped();
  let released = 0;
  if (stalled > 0) {
    holding.close();
    await within(RELEASE + usualTime(found), all, server.signal);
    released = attempts.filter(answered).length - (REQUESTS - stalled);
  }
  await all;
  return {
    ...{ kind, requested, opened, dropped },
    ms: attempts.map(({ ms }) => ms),
    failures: attempts.flatMap(({ exchange }) => failureUnderLoad(exchange) ?? []),
    ...{ stalled, released: Math.max(0, released) },
  };
}

function answered({ exchange }: Attempt): boolean {
  return exchange.failure === undefined;
}
