import type { Exchange, Measurements } from '../measurements';

/** Milliseconds that a request waits beyond its usual time before it counts as stalled. */
const STALL = 2_000;

/** Longest usual time of a request in milliseconds: the slowest after the very first one; 0 if there was none. */
export function usualTime({ runs, bursts }: Pick<Measurements, 'runs' | 'bursts'>): number {
  const exchanges: Exchange[] = [
    ...runs.flatMap(({ first, second }, index) => (index === 0 ? [second] : [first, second])),
    ...bursts.flat(),
  ];
  return Math.max(0, ...exchanges.filter(({ failure }) => failure === undefined).map(({ ms }) => ms));
}

/** Milliseconds after which a request counts as stalled. */
export function stallTime(found: Pick<Measurements, 'runs' | 'bursts'>): number {
  return usualTime(found) + STALL;
}
