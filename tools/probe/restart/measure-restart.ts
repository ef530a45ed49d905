import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { Context } from '../steps/context';
import { firstRequests } from './requests';
import type { Order, Requests, Restart } from './restarts';
import { type Frames, type UsedSocket, useSocket } from './socket-use';

/** Shortest and longest time in milliseconds between the first socket and the first request, if they are not at once. */
const SHORTEST_REST = 1_000;
const LONGEST_REST = 5_000;

/**
 * Milliseconds between the start of the handshake and the request that comes at the same time. Without it, the server reads either first,
 * and what the socket blocks is seen in some runs only.
 */
const LEAD = 6;

/**
 * Measures the first request and the first socket of a new process.
 *
 * @param slowest longest first use so far, in milliseconds: a socket's work that nothing shows must end before the request
 * @throws {CommandError} if the server does not answer as expected
 */
export async function measureRestart(context: Context, order: Order, seen: boolean, slowest: number): Promise<Restart> {
  const { plan, server, socketServer, opening, show } = context;
  const { clock, signal } = server;
  const opened: WebSocket[] = [];
  const frames: Frames = { greeting: plan.socket?.greeting, frame: plan.socket?.frames[0] };
  const rest = () => sleep(Math.min(LONGEST_REST, Math.max(SHORTEST_REST, 2 * slowest)), undefined, { signal });
  const pausedBefore = clock.paused;
  let pause = 0;
  const notePause = () => (pause = clock.paused - pausedBefore);
  const use = async (title: string, onStart?: () => void): Promise<UsedSocket | undefined> => {
    if (!socketServer || !opening) {
      return undefined;
    }
    show(title);
    return useSocket(socketServer, opening, frames, (socket) => {
      opened.push(socket);
      onStart?.();
    });
  };
  const result = (requests: Requests, first?: UsedSocket, again?: UsedSocket): Restart => ({
    order,
    seen,
    requests,
    ...(first && { socket: first.use }),
    ...(again && { socketAgain: again.use }),
    pause,
  });
  try {
    if (order === 'request alone') {
      const requests = await firstRequests(context);
      pause = requests.first.pause;
      if (!socketServer) {
        return result(requests);
      }
      await rest();
      return result(requests, await use('the first socket'), await use('another socket'));
    }
    if (order === 'socket first') {
      const first = await use('the first socket');
      notePause();
      await rest();
      const requests = await firstRequests(context);
      pause += requests.first.pause;
      return result(requests, first, await use('another socket'));
    }
    const [requests, first] = await atOnce();
    notePause();
    return result(requests, first, await use('another socket'));
  } finally {
    for (const socket of opened) {
      socket.terminate();
    }
  }

  /** Sends the request shortly after the handshake began, on a connection that is open already. */
  async function atOnce(): Promise<[Requests, UsedSocket | undefined]> {
    let first: Promise<UsedSocket | undefined> = Promise.resolve(undefined);
    const requests = firstRequests(context, (send) => {
      first = use('the first socket and the first request', opening?.ticket ? undefined : () => setTimeout(send, LEAD));
      if (opening?.ticket) {
        // The ticket is a request as well, and the page sends both at the same time.
        send();
      }
      // Rejections are for the caller, too, because the request is not sent then.
      return first.then(() => undefined);
    });
    const both = await requests;
    return [both, await first];
  }
}
