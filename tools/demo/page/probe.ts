import { EVERY, type Latencies } from './latencies';

/**
 * Sends `GET {server}/health` once per `EVERY` milliseconds, and stores the latencies at indexes `from` to before `to`. The latency
 * is the browser's own measurement, which the page's other work does not affect.
 *
 * @param changed - called after new measurements
 */
export async function probe(
  server: string,
  latencies: Latencies,
  [from, to]: readonly [number, number],
  signal: AbortSignal,
  changed: () => void,
): Promise<void> {
  const url = new URL('/health', server).href;
  const observer = new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) {
      if (name.startsWith(`${url}?`)) {
        latencies.values[Number(new URL(name).searchParams.get('at'))] = duration;
      }
    }
    performance.clearResourceTimings();
    changed();
  });
  observer.observe({ type: 'resource' });
  const start = performance.now();
  const requests: Promise<void>[] = [];
  for (let at = from; at < to && !signal.aborted; at += 1) {
    await until(start + (at - from) * EVERY);
    requests.push(latencies.count(fetch(`${url}?at=${at}`, { cache: 'no-store', signal }), signal));
  }
  await Promise.all(requests);
  // The last entries arrive after their responses.
  await until(performance.now() + EVERY);
  observer.disconnect();
}

function until(instant: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, instant - performance.now()));
}
