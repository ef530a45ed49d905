import { EVERY, type Latencies } from './latencies';

/**
 * Asks `GET {server}/health` at instants `from` up to `to`, each `EVERY` after the one before. What it took is the browser's own
 * figure, which the page's other work does not lengthen.
 *
 * @param changed runs after each answer
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
  const asked: Promise<void>[] = [];
  for (let at = from; at < to && !signal.aborted; at += 1) {
    await until(start + (at - from) * EVERY);
    asked.push(
      fetch(`${url}?at=${at}`, { cache: 'no-store', signal }).then(
        (response) => {
          latencies.failed += response.ok ? 0 : 1;
          return response.text().then(() => undefined);
        },
        () => {
          latencies.failed += signal.aborted ? 0 : 1;
        },
      ),
    );
  }
  await Promise.all(asked);
  // The last entries come after their answers.
  await until(performance.now() + EVERY);
  observer.disconnect();
}

function until(instant: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, instant - performance.now()));
}
