import { type Estimate, median } from '../../../statistics';
import type { Change } from './change';
import type { Observed } from './observed';
import { milliseconds } from '../../../words';
import { FLOOR, socketEffect } from './socket-effect';

/** Milliseconds from which the first use of a socket is called cold. */
const COLD = 100;

/** @returns the effects of the WebSocket on requests */
export function socketChanges({ socket }: Observed): Change[] {
  if (!socket) {
    return [];
  }
  if (socket.failed) {
    return [
      {
        id: 'socket-failed',
        adds: 0,
        found: 'The WebSocket did not open or was closed, so its effect is not known.',
        fix: 'Check its path, and if the server requires a subprotocol, another origin or a sign-in. A page does not see the reason: the command below does.',
      },
    ];
  }
  const [firstOpening = 0, ...openings] = socket.opening;
  const [directlyAfter = 0, ...open] = socket.open;
  const effects = socketEffect(socket);
  const alone = median(socket.alone);
  const firstUse = Math.max(firstOpening - median(openings), directlyAfter - median(open));
  return [
    ...(firstUse >= COLD
      ? [
          {
            id: 'cold-socket' as const,
            adds: firstUse,
            found: `When the WebSocket opened for the first time, a request beside it took ${milliseconds(firstUse)} longer. Later it did not.`,
            fix: "Do the first-use work of the socket's handler when the server starts: imports, keys, database connections.",
          },
        ]
      : []),
    ...effect(effects.open, alone, {
      id: 'socket-slows',
      when: 'While the WebSocket is open',
      fix: 'Use a server in which an open socket takes no worker or thread, or run HTTP and WebSockets in separate processes.',
    }),
    ...effect(effects.opening, median(socket.notOpening), {
      id: 'handshake-slows',
      when: 'While the WebSocket opens',
      fix: 'Look for blocking work in the handshake, such as password hashing or a query. Run HTTP and WebSockets in separate processes.',
    }),
  ];
}

function effect(
  { low, estimate, high }: Estimate,
  alone: number,
  { id, when, fix }: { id: 'socket-slows' | 'handshake-slows'; when: string; fix: string },
): Change[] {
  if (low >= FLOOR) {
    const found = `${when}, a request takes ${milliseconds(estimate)} longer than the ${milliseconds(alone)} without it.`;
    return [{ id, adds: estimate, found, fix }];
  }
  if (high < FLOOR) {
    return [];
  }
  return [
    {
      id: 'socket-unclear',
      adds: 0,
      found: `${when}, requests take ${milliseconds(Math.max(0, low))} to ${milliseconds(high)} longer. That is too inexact to tell if it matters.`,
      fix: 'Measure again while this device is idle, or use the command below.',
    },
  ];
}
