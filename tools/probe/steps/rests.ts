import { setTimeout as sleep } from 'node:timers/promises';
import type { Rest } from '../measurements';
import { pageRequest } from '../network/page-request';
import { PersistentConnection } from '../network/persistent-connection';
import type { Context } from './context';

/** Requests after some seconds without any, on a connection that idled meanwhile, if the server left it open. */
export async function rests(context: Context): Promise<void> {
  for (const seconds of context.plan.rests) {
    context.found.rests.push(await rest(context, seconds));
  }
}

async function rest({ plan, server, show }: Context, seconds: number): Promise<Rest> {
  const request = pageRequest(plan.request);
  const connection = await PersistentConnection.open(server);
  try {
    await connection.attempt(request);
    const start = server.clock.now();
    for (let passed = 0; passed < seconds; passed++) {
      show(`a request after a rest of ${seconds} s, ${Math.ceil(seconds - passed)} s left`);
      await sleep(Math.min(1, seconds - passed) * 1000, undefined, { signal: server.signal });
    }
    const { endedAt } = connection;
    const exchange = await connection.attempt(request, false);
    return {
      seconds,
      ...(endedAt !== undefined && { closedAfter: Math.max(0, endedAt - start) / 1000 }),
      request: exchange,
    };
  } finally {
    connection.close();
  }
}
