import { median } from '../../statistics';
import { milliseconds } from '../../words';
import type { Impulse, Measurements } from '../measurements';
import type { Plan } from '../plan';
import type { Waterfall } from '../report/report';
import { type Cause, type Undecided, withoutFix } from './cause';
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
    ...ownCauses(found, waterfall, causes, undecided),
    ...sockets(plan, found, causes),
    ...open(undecided),
  ].join(' ');
}

function times({ runs }: Measurements, { first, second }: Waterfall): string {
  const [own] = runs;
  if (own?.first.failure !== undefined) {
    return `Your first request was not answered: ${withoutFix(own.first.failure)}.`;
  }
  const refused = own && own.first.status !== own.second.status ? ` and was answered ${own.first.status}` : '';
  return `Your first request took ${milliseconds(total(first))}${refused}, the second ${milliseconds(total(second))}.`;
}

function ownCauses(
  found: Measurements,
  { first, second }: Waterfall,
  causes: readonly Cause[],
  undecided: readonly Undecided[],
): string[] {
  const difference = total(first) - total(second);
  const faults = causes.filter(({ fault }) => fault);
  const ofFirst = faults.filter(({ to }) => to === 'first request');
  const ofEvery = faults.filter(({ to }) => to === 'every request');
  const [main] = ofFirst;
  const later = found.runs.at(-1)?.first.status;
  if (main?.id === 'cold-process' && found.runs[0]?.first.status !== later) {
    return [`Later requests were answered ${later}: the process was not ready.`];
  }
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
  // Two requests show no difference that can be trusted.
  if (found.runs.length < 2 || found.runs[0]?.first.failure !== undefined) {
    return [];
  }
  if (difference < NOTICEABLE) {
    return ['That is no noticeable difference.'];
  }
  const parts = causes.filter(({ to, adds }) => to === 'first request' && adds >= FLOOR);
  return parts.length > 0 ? [latency(parts)] : undecided.length > 0 ? [] : usual(found);
}

/** The second request was a fast one by chance. */
function usual({ runs }: Measurements): string[] {
  const later = runs.slice(1).map(({ second }) => second.ms);
  return later.length === 0
    ? []
    : [`Later ones usually take ${milliseconds(median(later))}, so the first one is not noticeably slower.`];
}

function latency(parts: readonly Cause[]): string {
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
  // What ended early is undecided.
  const complete = (kind: Impulse['kind']) =>
    found.impulses.some((one) => one.kind === kind) &&
    found.impulses.every((one) => one.kind !== kind || one.dropped === undefined);
  const measured = [
    ...(complete('handshake') ? ['a handshake'] : []),
    ...(complete('frame') ? ['a frame'] : []),
    ...(found.storm ? ['many sockets'] : []),
  ];
  return measured.length === 0 ? [] : [`No delay was seen beside ${listed(measured)} of the WebSocket.`];
}

function open(undecided: readonly Undecided[]): string[] {
  return undecided.slice(0, 1).map(({ question, reason }) => `Cannot tell ${question}: ${reason}.`);
}

/** `a handshake, a frame and many sockets` */
function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}
