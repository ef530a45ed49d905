import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Welcome } from './fixture-handlers/welcome';

const sockets: WebSocket[] = [];

/** A socket that the echo server has welcomed. */
export interface EchoSocket extends Welcome {
  readonly socket: WebSocket;
}

/** Connects to an echo server. Throws if that fails. */
export async function connectEcho(url: string): Promise<EchoSocket> {
  const socket = new WebSocket(url);
  // A later error is followed by `close`, for which tests wait.
  socket.on('error', () => undefined);
  sockets.push(socket);
  const [data] = await once(socket, 'message');
  return { socket, ...(JSON.parse(String(data)) as Welcome) };
}

/** @returns a socket of each of two tasks. Connects until both have one, because another test can have ended a task */
export async function oneOfEach(url: string): Promise<[EchoSocket, EchoSocket]> {
  const first = await connectEcho(url);
  for (;;) {
    const second = await connectEcho(url);
    if (second.pid !== first.pid) {
      return [first, second];
    }
  }
}

/** Connects until a task with another process id has the socket. Until then the load balancer can refuse, or choose a killed task. */
export async function connectToOtherThan(pids: readonly number[], url: string): Promise<EchoSocket> {
  for (;;) {
    const next = await connectEcho(url).catch(() => undefined);
    if (next && !pids.includes(next.pid)) {
      return next;
    }
  }
}

export async function answerTo({ socket }: EchoSocket, frame: string): Promise<string> {
  const answer = once(socket, 'message');
  socket.send(frame);
  return String((await answer)[0]);
}

/** Ends every socket without a close frame. */
export function terminateSockets(): void {
  for (const socket of sockets.splice(0)) {
    socket.terminate();
  }
}
