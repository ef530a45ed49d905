import { milliseconds } from '../../words';
import type { Measurements } from '../measurements';
import type { Plan } from '../plan';
import type { Waterfall } from '../report/report';
import type { Cause, Undecided } from './cause';
import { FLOOR, NOTICEABLE, RATIO } from './thresholds';
import { total } from './waterfall';

/** Largest number of causes in the answer. The list has all. */
const MOST = 2;

/** The answer in a few plain sentences: the times, what the difference belongs to, and what the sockets do. */
export function answerOf(
  plan: Plan,
  found: Measurements,
  waterfall: Waterfall,
  causes: readonly Cause[],
  undecided: readonly Undecided[],
): string {
  if (found.runs.length === 0) {
    return 'Nothing was measured.';
  }
  return [
    times(found, waterfall),
    ...ownCauses(waterfall, causes),
    ...sockets(plan, found, causes),
    ...open(undecided),
  ].join(' ');
}

function times({ runs }: Measurements, { first, second }: Waterfall): string {
  const own = runs[0]?.first;
  return own?.failure === undefined
    ? `Your first request took ${milliseconds(total(first))}, the second ${milliseconds(total(second))}.`
    : `Your first request was not answered: ${own.failure}`;
}

function ownCauses({ first, second }: Waterfall, causes: readonly Cause[]): string[] {
  const difference = total(first) - total(second);
  const faults = causes.filter(({ fault }) => fault);
  const ofFirst = faults.filter(({ to }) => to === 'first request');
  const ofEvery = faults.filter(({ to }) => to === 'every request');
  const [main] = ofFirst;
  if (main && main.adds >= FLOOR) {
    // After a rest, other requests than the very first one are slow.
    const ofDifference = main.id !== 'cold-after-rest' && difference >= FLOOR;
    const others = ofFirst.slice(1, MOST).filter(({ adds }) => adds >= difference * (1 - 1 / RATIO));
    return [
      ofDifference
        ? `${milliseconds(Math.min(main.adds, difference))} of the difference belong to ${main.because}.`
        : `${milliseconds(main.adds)} belong to ${main.because}.`,
      ...others.map(({ adds, because }) => `${milliseconds(adds)} belong to ${because}.`),
    ];
  }
  const [every] = ofEvery;
  if (every) {
    return [every.found];
  }
  // A fault that costs nothing on this machine, but does elsewhere.
  if (main) {
    return [main.found];
  }
  return [difference < NOTICEABLE ? 'That is no noticeable difference.' : latency(causes)];
}

function latency(causes: readonly Cause[]): string {
  const parts = causes.filter(({ to, adds }) => to === 'first request' && adds >= FLOOR);
  return `The difference is network latency: ${parts.map(({ adds, because }) => `${milliseconds(adds)} for ${because}`).join(', ')}.`;
}

function sockets(plan: Plan, found: Measurements, causes: readonly Cause[]): string[] {
  const beside = causes.filter(({ to, fault }) => to === 'request beside sockets' && fault);
  if (beside.length > 0) {
    return beside
      .slice(0, MOST)
      .map(({ adds, because }) => `${milliseconds(adds)} of a request beside the WebSocket belong to ${because}.`);
  }
  if (plan.socket === undefined || found.handshakes.length === 0) {
    return [];
  }
  const measured = [
    ...(found.impulses.some(({ kind }) => kind === 'handshake') ? ['a handshake'] : []),
    ...(found.impulses.some(({ kind }) => kind === 'frame') ? ['a frame'] : []),
    ...(found.storm ? ['many sockets'] : []),
  ];
  return measured.length === 0 ? [] : [`No delay was seen beside ${measured.join(', ')} of the WebSocket.`];
}

function open(undecided: readonly Undecided[]): string[] {
  return undecided.slice(0, 1).map(({ question, reason }) => `Cannot tell ${question}: ${reason}.`);
}
