import { connect } from 'node:net';
import type { Name, Reach } from '../measurements';
import type { RunningClock } from './running-clock';

/** Timeout of a connection attempt, in milliseconds. A lost SYN is sent again after 1 s. */
const CONNECT_TIMEOUT = 2_000;

/** Connects to the name's address of each family concurrently, and closes the connections. */
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

/** Connects to an address, and closes the connection without a byte. Rejects after the signal. */
export function reach(
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
    socket.setTimeout(CONNECT_TIMEOUT, () => settle('timeout'));
    // Without a server on this machine, the kernel can choose the same port for the client, which is then connected to itself.
    socket.once('connect', () =>
      settle(socket.localPort === port && socket.localAddress === address ? 'refused' : 'connected'),
    );
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (signal.aborted) {
        reject(error);
      } else {
        settle(OUTCOMES[error.code ?? ''] ?? 'timeout');
      }
    });
  });
}

const OUTCOMES: Readonly<Record<string, Reach['outcome']>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  ENETUNREACH: 'no-route',
  EHOSTUNREACH: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  EAFNOSUPPORT: 'no-route',
};
