import { connect } from 'node:net';
import type { Name, Reach } from './measurements';
import type { RunningClock } from './running-clock';

/** How long an address may be silent, in milliseconds: a SYN that was lost is sent again after 1 s. */
const PATIENCE = 2_000;

/** Tries the name's address of each family, all at the same time, and closes the connections again. */
export function reachFamilies(
  { families }: Name,
  port: number,
  signal: AbortSignal,
  clock: RunningClock,
): Promise<Reach[]> {
  return Promise.all(
    families.flatMap(({ family, address }) =>
      address === undefined
        ? []
        : [reach(address, port, signal, clock).then((result) => ({ family, address, ...result }))],
    ),
  );
}

function reach(
  address: string,
  port: number,
  signal: AbortSignal,
  clock: RunningClock,
): Promise<Pick<Reach, 'outcome' | 'ms'>> {
  const start = clock.now();
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, signal });
    const settle = (outcome: Reach['outcome']) => {
      socket.destroy();
      resolve({ outcome, ms: clock.now() - start });
    };
    socket.setTimeout(PATIENCE, () => settle('unanswered'));
    socket.once('connect', () => settle('answers'));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) {
        reject(error);
      } else {
        settle(OUTCOMES[error.code ?? ''] ?? 'unanswered');
      }
    });
  });
}

const OUTCOMES: Readonly<Record<string, Reach['outcome']>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'unanswered',
  ENETUNREACH: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EAFNOSUPPORT: 'unreachable',
};
