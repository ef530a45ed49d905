import { percentile } from '../../statistics';
import type { Measurements, Pass } from '../measurements';
import { NOTICEABLE } from '../thresholds';
import { type Cause, milliseconds, partOf } from './cause';

/**
 * What the sockets do to requests. Of a pass that was measured again the better one counts, of passes without sockets
 * the slowest, and requests that only end when the sockets do outweigh any delay.
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

/** Milliseconds by which sockets slow requests; none where no request was answered without them. */
export function slowedBy(loaded: Pass, idle: Pass | undefined): number {
  return idle === undefined ? 0 : tail(loaded) - tail(idle);
}

/** The pass without sockets that all others are compared with: as slow as requests are on this machine without any. */
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
    share: Number.isNaN(waited) ? 1 : partOf(waited, adds),
    fault: true,
    found:
      `with ${sockets(pinned)} that said nothing, ${pinned.stalled} requests were not answered; ` +
      `${pinned.released} of them were when the sockets closed: each socket holds a worker`,
    mend: 'give the sockets processes of their own, or a server that holds no worker for a silent socket',
  };
}

function loopBlocked(worst: Pass, idle: Pass, adds: number): Cause {
  return {
    id: 'event-loop-blocked',
    adds,
    to: 'request under load',
    share: partOf(tail(worst), adds),
    fault: true,
    found:
      `with ${sockets(worst)}${worst.frames.sent > 0 ? ` that sent ${worst.frames.sent} frames` : ''}, requests took ` +
      `${milliseconds(tail(worst))} (p95) instead of ${milliseconds(tail(idle))}: they wait for what sockets make the lanes do, in one event loop, on a full processor, or in a store of both`,
    mend: 'give the sockets processes of their own; until then serialize a broadcast once, and yield between sends',
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
    mend: 'give the sockets limits of their own: workers, connections, descriptors, rate',
  };
}

/** The slow end of a pass in milliseconds, 95th percentile: a blocked loop shows there first. */
export function tail({ ms }: Pass): number {
  return percentile(ms, 0.95);
}

function sockets({ sockets: { opened } }: Pass): string {
  return opened === 1 ? '1 socket' : `${opened} sockets`;
}
