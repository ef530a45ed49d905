import type { Violation } from './checker';
import type { Fault } from './faults';
import type { Event } from './history';
import type { Result } from './simulation';

/** Number of events before a violation that are reported. */
const EVENTS = 25;

/** @returns the violations of a run, its faults, the last events before the first violation, and a command to repeat it. */
export function report({ seed, violations, faults, events }: Result): string {
  const [first] = violations;
  const before = events.filter(({ at }) => at <= (first?.at ?? 0)).slice(-EVENTS);
  return [
    `The run with seed ${seed} violated ${violations.length} guarantees:`,
    ...violations.slice(0, 10).map(({ at, what }: Violation) => `  ${timeOf(at)} ${what}`),
    'Faults:',
    ...linesOf(faults),
    'Events before the first violation:',
    ...before.map((event) => `  ${lineOf(event)}`),
    `Repeat this run: SEED=${seed} npx jest test/simulation/seeds`,
  ].join('\n');
}

/** @returns a line for each fault with the number of times that it occurred. */
export function linesOf(faults: ReadonlyMap<Fault, number>): string[] {
  const sorted = [...faults].sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.map(([fault, count]) => `  ${String(count).padStart(8)} × ${fault}`);
}

/** @returns an event on one line. */
export function lineOf({ at, type, ...rest }: Event): string {
  return `${timeOf(at)} ${type} ${JSON.stringify(rest).replace(/ {9,}/g, ' … ')}`;
}

const timeOf = (at: number): string => new Date(at).toISOString().slice('2026-01-01T'.length, -1);
