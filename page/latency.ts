/** How often HTTP is asked, in milliseconds: at fixed instants, whether the last was answered or not. */
export const EVERY = 50;

/** What HTTP took, by the instant at which it was asked. */
export class Latencies {
  /** Milliseconds of each answer; undefined where there is none yet, or there was none. */
  readonly values: (number | undefined)[] = [];
  failed = 0;

  /** @param count instants @returns the smallest value that at least `share` of theirs do not exceed; undefined of none */
  percentile(share: number, from: number, to: number): number | undefined {
    const sorted = this.values
      .slice(from, to)
      .filter((value) => value !== undefined)
      .sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  }
}

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
