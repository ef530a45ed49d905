import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../../statistics';
import { NOTICEABLE } from '../diagnosis/thresholds';
import type { Rest } from '../measurements';
import { pageRequest } from '../network/page-request';
import { PersistentConnection } from '../network/persistent-connection';
import { despiteRestart } from './accepting';
import type { Context } from './context';
import { failed, startAt } from '../network/failed';

/**
 * Requests after some seconds without any, on the idle connection if the server has not ended that. A rest that ends with a slow
 * request is repeated, because a pause of the server looks the same once.
 */
export async function rests(context: Context): Promise<void> {
  const { found, plan } = context;
  const usual = median(found.runs.map(({ second }) => second.ms));
  for (const seconds of plan.rests) {
    const result = await rest(context, seconds);
    found.rests.push(result);
    if (result.request.ms >= usual + NOTICEABLE) {
      found.rests.push(await rest(context, seconds));
    }
  }
}

async function rest(context: Context, seconds: number): Promise<Rest> {
  const { plan, server } = context;
  const { clock } = server;
  const request = pageRequest(plan.request);
  const start = startAt(server);
  let connection: PersistentConnection;
  try {
    connection = await despiteRestart(server, () => PersistentConnection.open(server));
  } catch (error) {
    return { seconds, request: failed(error, start, server) };
  }
  try {
    // The end of the connection belongs to the rest, also if it follows the response immediately.
    await connection.attempt(request, false);
    const idleSince = clock.now();
    await wait(context, seconds);
    const { endedAt } = connection;
    return {
      seconds,
      ...(endedAt !== undefined && { closedAfter: Math.max(0, endedAt - idleSince) / 1000 }),
      request: await connection.attempt(request, false),
    };
  } finally {
    connection.close();
  }
}

/** Sends nothing for so many seconds, and shows how many of them are left. */
async function wait({ show, server: { signal } }: Context, seconds: number): Promise<void> {
  for (let left = seconds; left > 0; left -= 1) {
    show(`a request after ${seconds} s of rest, ${Math.ceil(left)} s left`);
    await sleep(Math.min(1, left) * 1000, undefined, { signal });
  }
}
