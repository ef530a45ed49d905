import { setMaxListeners } from 'node:events';
import type { LoadDiagnosis } from '../../../tools/probe/diagnosis/load';
import { loadCauses } from '../../../tools/probe/diagnosis/load';
import { emptyMeasurements, type Measurements } from '../../../tools/probe/measurements';
import { RunningClock } from '../../../tools/probe/network/running-clock';
import type { LoadPlan, Plan } from '../../../tools/probe/plan';
import type { Context } from '../../../tools/probe/steps/context';
import { locate } from '../../../tools/probe/steps/locate';
import { runs } from '../../../tools/probe/steps/runs';

/** A plan for the server on this port of the loopback, with a WebSocket. */
export function loadPlan(port: number, load?: LoadPlan, frames: readonly string[] = ['hello']): Plan {
  return {
    request: { url: new URL(`http://127.0.0.1:${port}/`), method: 'GET', headers: {}, credentials: 'same-origin' },
    fresh: false,
    rounds: 2,
    rests: [],
    socket: { url: new URL(`ws://127.0.0.1:${port}/`), subprotocol: '', frames },
    ...(load && { load }),
    network: { insecure: false, timeout: 10_000 },
  };
}

/** Measures some requests, and then the given steps. */
export async function loadMeasured(
  plan: Plan,
  steps: readonly ((context: Context) => Promise<void>)[],
): Promise<{ readonly found: Measurements; readonly diagnosis: LoadDiagnosis }> {
  const found = emptyMeasurements();
  const clock = new RunningClock();
  try {
    const { signal } = new AbortController();
    setMaxListeners(0, signal);
    const context = await locate(plan, found, () => undefined, signal, clock);
    await runs(context);
    for (const step of steps) {
      await step(context);
    }
  } finally {
    clock.stop();
  }
  return { found, diagnosis: loadCauses(plan, found) };
}
