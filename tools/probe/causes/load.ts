import { percentile } from '../../statistics';
import type { Measurements, Pass } from '../measurements';
import { NOTICEABLE } from '../thresholds';
import { type Cause, milliseconds, shareOf } from './cause';

/**
 * Causes of requests that are slow because of sockets. If a pass was repeated, the better one counts. Of the passes without
 * sockets, the slowest counts. Requests that only complete when the sockets close take precedence over any delay.
 */
export function loadCauses({ passes }: Measurements): Cause[] {
  const idle = slowestIdle(passes);
  const pinned = passes.find(({ name, stalled }) => (name === 'open' || name === 'silent') && stalled > 0);
  if (idle === undefined) {
    return [];
  }
  if (pinned) {
    return [poolPinned(pinned, idle)];
  }
  const loaded = passes.filter(({ name }) => name !== 'idle');
  const [worst] = (['open', 'silent', 'storm'] as const)
    .flatMap((name) => loaded.filter((pass) => pass.name === name && pass.ms.length > 0).sort(byTail)[0] ?? [])
    .sort(byTail)
    .reverse();
  const adds = worst === undefined ? 0 : slowedBy(worst, idle);
  return [
    ...(worst === undefined || adds <= NOTICEABLE ? [] : [loopBlocked(worst, idle, adds)]),
    ...loaded.filter(({ failures }) => failures.length > 0).map(failing),
  ];
}

/** Milliseconds by which sockets slow requests; 0 if no request was answered without sockets. */
export function slowedBy(loaded: Pass, idle: Pass | undefined): number {
  return idle === undefined ? 0 : tail(loaded) - tail(idle);
}

/** Slowest pass without sockets, which is the baseline for all others. */
export function slowestIdle(passes: readonly Pass[]): Pass | undefined {
  return passes
    .filter(({ name, ms }) => name === 'idle' && ms.length > 0)
    .sort(byTail)
    .at(-1);
}

function byTail(a: Pass, b: Pass): number {
  return tail(a) - tail(b);
}

function poolPinned(pinned: Pass, idle: Pass): Cause {
  const waited = percentile(pinned.ms, 0.95);
  const adds = Math.max(0, (Number.isNaN(waited) ? 0 : waited) - tail(idle));
  return {
    id: 'pool-pinned',
    adds,
    to: 'request under load',
    share: Number.isNaN(waited) ? 1 : shareOf(waited, adds),
    fault: true,
    found:
      `with ${sockets(pinned)} that sent nothing, ${pinned.stalled} requests were not answered; ` +
      `${pinned.released} of them were answered after the sockets closed: each socket occupies a worker`,
    fix: 'serve the sockets from separate processes, or from a server that needs no worker for a silent socket',
  };
}

function loopBlocked(worst: Pass, idle: Pass, adds: number): Cause {
  return {
    id: 'event-loop-blocked',
    adds,
    to: 'request under load',
    share: shareOf(tail(worst), adds),
    fault: true,
    found:
      `with ${sockets(worst)}${worst.frames.sent > 0 ? ` that sent ${worst.frames.sent} frames` : ''}, requests took ` +
      `${milliseconds(tail(worst))} (p95) instead of ${milliseconds(tail(idle))}: they wait for work that the sockets cause, in a shared event loop, on a shared processor, or in a shared store`,
    fix: 'serve the sockets from separate processes; until then, serialize each broadcast once and yield between sends',
  };
}

function failing(pass: Pass): Cause {
  const { ms, failures } = pass;
  return {
    id: 'failing-under-load',
    adds: 0,
    to: 'request under load',
    share: 0,
    fault: true,
    found: `with ${sockets(pass)}, ${failures.length} of ${ms.length + failures.length} requests failed: ${failures[0]}`,
    fix: 'give the sockets separate limits for workers, connections, file descriptors and rates',
  };
}

/** 95th percentile of a pass in milliseconds. A blocked event loop affects it first. */
export function tail({ ms }: Pass): number {
  return percentile(ms, 0.95);
}

function sockets({ sockets: { opened } }: Pass): string {
  return opened === 1 ? '1 socket' : `${opened} sockets`;
}
