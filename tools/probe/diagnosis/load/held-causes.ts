import { median } from '../../../statistics';
import { milliseconds } from '../../../words';
import type { Held, Measurements } from '../../measurements';
import { type Found, type Undecided, withoutFix } from '../cause';
import { holdingCount, holdsRequests } from './held';

/** Causes of requests that connections or sockets stop by sending nothing. Pure. */
export function heldCauses({ held }: Pick<Measurements, 'held'>): Found[] {
  const connection = holdingCount(held, 'connection');
  const half = holdingCount(held, 'half-request');
  const socket = holdingCount(held, 'socket');
  const silent = connection ?? half;
  return [
    ...(silent
      ? [
          {
            ...({ id: 'connection-holds-worker', adds: waitIn(silent), fault: true } as const),
            to: 'request beside sockets' as const,
            because: `connections that send nothing: each occupies a worker, and the server has at most ${silent.requested}`,
            found: `${waiting(silent)} A browser can open a connection before it needs one, so a single visitor can possibly stop the server.`,
          },
        ]
      : []),
    ...(socket
      ? [
          {
            // A socket is a connection, too. The probe ends both waits, so neither is the longer one.
            ...({
              id: 'socket-holds-worker',
              adds: Math.min(waitIn(socket), silent ? waitIn(silent) : Infinity),
              fault: true,
            } as const),
            to: 'request beside sockets' as const,
            because: `open WebSockets: each occupies a worker, and the server has at most ${socket.requested}`,
            found: waiting(socket),
          },
        ]
      : []),
  ];
}

/** Reasons why silent connections or sockets decide nothing. Pure. */
export function heldUndecided({ held }: Pick<Measurements, 'held'>): Undecided[] {
  return (['connection', 'half-request', 'socket'] as const).flatMap((kind) => {
    const same = held.filter((each) => each.kind === kind);
    if (holdingCount(same, kind)) {
      return [];
    }
    const undecided = same.map(undecidedOf).find((each) => each !== undefined);
    return undecided ? [undecided] : [];
  });
}

function undecidedOf(held: Held): Undecided | undefined {
  const { kind, requested, opened, dropped, stalled, failures } = held;
  const question = `whether ${nameOfHeld(held)} stop requests`;
  const again = 'Measure again, on a server that no one else uses.';
  if (holdsRequests(held)) {
    return {
      question,
      reason: 'requests beside them waited until they closed, but not each time that it was measured',
      fix: again,
    };
  }
  if (stalled > 0) {
    return {
      question,
      reason: `${stalled} of ${held.ms.length} requests beside them were not answered in time, and not when they closed either`,
      fix: again,
    };
  }
  if (kind === 'socket' && (dropped > 0 || opened < requested)) {
    return {
      question,
      reason: `the server opened ${opened} of ${requested} and closed ${dropped} before the end`,
      fix: 'Raise its limits on sockets on a test server, or pass a smaller number with --sockets.',
    };
  }
  return failures.length > 0
    ? {
        question,
        reason: `${failures.length} of ${held.ms.length} requests beside them failed: ${withoutFix(failures[0])}`,
        fix: again,
      }
    : undefined;
}

/** `4 silent connections`, `1 silent WebSocket` */
export function nameOfHeld({ kind, requested }: Pick<Held, 'kind' | 'requested'>): string {
  const [one, many] = {
    connection: ['silent connection', 'silent connections'],
    'half-request': ['connection with half a request', 'connections with half a request'],
    socket: ['silent WebSocket', 'silent WebSockets'],
  }[kind] as [string, string];
  return `${requested} ${requested === 1 ? one : many}`;
}

function waiting(held: Held): string {
  const { stalled, released, ms } = held;
  return (
    `Beside ${nameOfHeld(held)}, ${stalled} of ${ms.length} requests waited for ${milliseconds(waitIn(held))} until the probe closed ` +
    `${held.requested === 1 ? 'it' : 'them'}, and ${released === stalled ? '' : `${released} of these `}were answered at once then.`
  );
}

/** Milliseconds that the requests waited, which would be longer if the probe had not ended it. */
function waitIn({ ms, stalled }: Held): number {
  return median([...ms].sort((a, b) => b - a).slice(0, stalled));
}
