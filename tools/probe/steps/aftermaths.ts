import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from '../network/endpoint';
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
 * can cause both. Each request is also the one that follows the second before. Nothing of it is done without rests, because it
 * takes some seconds.
 *
 * @param watch reloads of the page's live-reload server, if it has one
 * @param window milliseconds after each response
 */
export async function aftermaths(
  { plan, found, server, show }: Context,
  watch: ReloadWatch | undefined,
  window = WINDOW,
): Promise<void> {
  if (plan.rests.length === 0) {
    return;
  }
  const request = pageRequest(plan.request);
  show('restarts and reloads after a request');
  // A server that noticed a change shortly before ignores the next one.
  await refusal(server, window);
  let start = server.clock.now();
  await attemptOnNewConnection(server, request);
  for (let time = 1; time <= TIMES; time++) {
    show(`restarts and reloads after a request, ${time} of ${TIMES}`);
    const refused = await refusal(server, window);
    const reloads = (watch?.reloads ?? []).filter((at) => at >= start).map((at) => at - start);
    const next = server.clock.now();
    const { exchange } = await attemptOnNewConnection(server, request);
    found.aftermaths.push({
      ...(refused && { refused: { from: refused.at - start, for: refused.for } }),
      reloads,
      next: exchange,
    });
    start = next;
  }
}

/** Watches the port for so many milliseconds. @returns clock time and duration of the first refusal, if there was one */
async function refusal(server: Endpoint, window: number): Promise<{ at: number; for: number } | undefined> {
  const { clock, signal } = server;
  const end = clock.now() + window;
  let first: { at: number; for: number } | undefined;
  while (clock.now() < end) {
    const at = clock.now();
    if (!(await accepts(server))) {
      await acceptsSoon(server);
      first ??= { at, for: clock.now() - at };
    }
    await sleep(PERIOD, undefined, { signal });
  }
  return first;
}
