import { setTimeout as sleep } from 'node:timers/promises';
import type { Aftermath } from '../measurements';
import { attemptOnNewConnection } from '../network/new-connection';
import { pageRequest } from '../network/page-request';
import { accepts, acceptsSoon, PERIOD } from './accepting';
import type { Context } from './context';
import type { ReloadWatch } from './reload-watch';

const TIMES = 3;

/** Milliseconds after a response. Development servers notice a changed file after 100 to 500. */
const WINDOW = 1_000;

/**
 * Looks for a restart of the server, or a reload of the page, in the second after each of three requests: one that writes a file
 * can cause both. Nothing of it is done without rests, because it takes some seconds.
 *
 * @param watch reloads of the page's live-reload server, if it has one
 * @param window milliseconds after each response
 */
export async function aftermaths(context: Context, watch: ReloadWatch | undefined, window = WINDOW): Promise<void> {
  const { plan, found, show } = context;
  if (plan.rests.length === 0) {
    return;
  }
  for (let time = 1; time <= TIMES; time++) {
    show(`restarts and reloads after a request, ${time} of ${TIMES}`);
    found.aftermaths.push(await aftermath(context, watch, window));
  }
}

async function aftermath(
  { plan, server }: Context,
  watch: ReloadWatch | undefined,
  window: number,
): Promise<Aftermath> {
  const request = pageRequest(plan.request);
  const { clock, signal } = server;
  await acceptsSoon(server);
  const start = clock.now();
  await attemptOnNewConnection(server, request);
  const end = clock.now() + window;
  let refusedFrom: number | undefined;
  let refusedFor: number | undefined;
  while (clock.now() < end) {
    const at = clock.now();
    if (!(await accepts(server)) && refusedFrom === undefined) {
      refusedFrom = at;
      await acceptsSoon(server);
      refusedFor = clock.now() - at;
    }
    await sleep(PERIOD, undefined, { signal });
  }
  const reloads = (watch?.reloads ?? []).filter((at) => at >= start).map((at) => at - start);
  const { exchange: next } = await attemptOnNewConnection(server, request);
  return {
    ...(refusedFrom !== undefined &&
      refusedFor !== undefined && { refused: { from: refusedFrom - start, for: refusedFor } }),
    reloads,
    next,
  };
}
