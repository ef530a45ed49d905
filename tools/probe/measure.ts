import { setMaxListeners } from 'node:events';
import type { Measurements } from './measurements';
import { pageRequest } from './network/page-request';
import { RunningClock } from './network/running-clock';
import { warmUp } from './network/warm-up';
import type { Plan } from './plan';
import { aftermaths } from './steps/aftermaths';
import { bursts } from './steps/bursts';
import { evidence } from './steps/evidence';
import { handshakes } from './steps/handshakes';
import { impulses } from './steps/impulses';
import { locate } from './steps/locate';
import { page } from './steps/page';
import { preflights } from './steps/preflights';
import type { ReloadWatch } from './steps/reload-watch';
import { rests } from './steps/rests';
import { runs } from './steps/runs';
import { silentConnections } from './steps/silent-connections';
import { silentSockets } from './steps/silent-sockets';
import { storm } from './steps/storm';
import { tls } from './steps/tls';

/**
 * Measures, in this order: the page's own request, because a cold process is seen once; then one thing renewed at a time;
 * then the WebSocket; then what slows other users, if the plan asks for it; and last the requests that only word the fixes.
 *
 * @param found receives each result immediately, so that partial results can be reported
 * @param show called with a description of each next step
 * @throws {CommandError} if something cannot be measured; any error after the signal
 */
export async function measure(
  plan: Plan,
  found: Measurements,
  show: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  // Every connection adds a listener.
  setMaxListeners(0, signal);
  const clock = new RunningClock();
  let watch: ReloadWatch | undefined;
  try {
    show('this program itself');
    await warmUp(pageRequest(plan.request), plan.request.url.protocol === 'https:', clock, signal);
    watch = await page(plan, found, show, signal, clock);
    // All later steps request the URL to which the page's own request is redirected.
    const context = await runs(await locate(plan, found, show, signal, clock));
    await bursts(context);
    await aftermaths(context, watch);
    await rests(context);
    await preflights(context);
    await tls(context);
    if (plan.socket) {
      await handshakes(context);
      await impulses(context);
    }
    if (plan.load) {
      await silentConnections(context);
      await silentSockets(context);
      await storm(context);
    }
    await evidence(context);
  } finally {
    watch?.close();
    clock.stop();
  }
}
