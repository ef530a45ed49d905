import { type Estimate, hodgesLehmann, median } from '../../../statistics';
import type { Impulse, ImpulseOffset } from '../../measurements';
import { FLOOR } from '../thresholds';

/** Minimum number of requests at an offset, for an interval of 90 %. */
export const FEWEST = 5;

export interface ImpulseVerdict {
  readonly verdict: 'blocks' | 'clear' | 'undecided';
  /** Milliseconds for which the impulse blocks the server, by the requests at all offsets. */
  readonly blocked: number;
  /** Milliseconds that the impulse adds to a request, at each offset. */
  readonly adds: readonly { readonly offset: number; readonly by: Estimate }[];
  /**
   * Share of the requests during the block that wait for its end, from 0 to 1. With all of them, a later request waits less, by as
   * much as it is later: the server does one thing at a time.
   */
  readonly share: number;
}

/**
 * Decides if a frame or a handshake delays requests. It blocks if the interval at one offset, or at the first two together, is above
 * the floor: with several workers, only some requests wait. It is clear if the intervals at all offsets are below the floor. Pure.
 */
export function judge({ after, quiet }: Pick<Impulse, 'after' | 'quiet'>): ImpulseVerdict {
  const usual = median(quiet);
  // Later offsets are left out if requests are slow.
  const differences = after
    .filter(({ ms }) => ms.length >= FEWEST)
    .map((at) => ({ offset: at.offset, values: pairs(at, usual) }));
  const adds = differences.map(({ offset, values }) => ({ offset, by: hodgesLehmann(values) }));
  const early = hodgesLehmann(differences.slice(0, 2).flatMap(({ values }) => values));
  const enough = adds.length > 0;
  const blocks = enough && [...adds.map(({ by }) => by), early].some(({ low }) => low > FLOOR);
  const clear = enough && adds.every(({ by }) => by.high < FLOOR);
  const blocked = blocks ? blockedFor(differences) : 0;
  return {
    verdict: blocks ? 'blocks' : clear ? 'clear' : 'undecided',
    blocked,
    adds,
    share: blocks ? shareOf(differences, blocked) : 0,
  };
}

function pairs({ ms, alone }: ImpulseOffset, usual: number): number[] {
  return ms.map((value, index) => value - (alone?.[index] ?? usual));
}

/** Differences between requests after an impulse and alone, in milliseconds. */
interface Differences {
  readonly offset: number;
  readonly values: readonly number[];
}

/**
 * The B for which a request that is sent x ms after the impulse waits max(0, B − x) ms, or not at all because another worker answers
 * it, with the smallest sum of absolute errors. They are absolute, so a request that was slow for another reason changes little.
 */
function blockedFor(differences: readonly Differences[]): number {
  const all = differences.flatMap(({ offset, values }) => values.map((value) => ({ offset, value })));
  const errorOf = (blocked: number) =>
    all.reduce((sum, { offset, value }) => sum + Math.min(Math.abs(value), errorOfWait(value, offset, blocked)), 0);
  const candidates = all.map(({ offset, value }) => Math.max(0, value + offset));
  return candidates.reduce((best, candidate) => (errorOf(candidate) < errorOf(best) ? candidate : best), 0);
}

function errorOfWait(value: number, offset: number, blocked: number): number {
  return Math.abs(value - Math.max(0, blocked - offset));
}

function shareOf(differences: readonly Differences[], blocked: number): number {
  const during = differences
    .filter(({ offset }) => blocked - offset > FLOOR)
    .flatMap(({ offset, values }) => values.map((value) => errorOfWait(value, offset, blocked) < Math.abs(value)));
  return during.filter(Boolean).length / Math.max(1, during.length);
}
