import { CanarySocket } from '../canary-socket';
import { CheckFailure, plainUrl } from '../check-failure';

/** @returns the socket that a handshake opened. Throws CheckFailure for the status of a refusal */
export function opened(answer: CanarySocket | number, url: string): CanarySocket {
  if (typeof answer === 'number') {
    throw new CheckFailure(`WebSocket ${plainUrl(url)}: refused the handshake with ${answer}`);
  }
  return answer;
}

/**
 * Sends a handshake without the ticket that the lane requires. The refusal of the lane, 401, shows that it works. Any other one comes from
 * something in front of it, or from a failure: API Gateway answers 403 if the host has no API.
 *
 * @param sockets - takes a socket that opens nevertheless, so that it is closed
 */
export async function expectRefusal(url: string, sockets: CanarySocket[], signal: AbortSignal): Promise<void> {
  const answer = await CanarySocket.open(url, undefined, signal);
  if (typeof answer !== 'number') {
    sockets.push(answer);
  }
  const status = typeof answer === 'number' ? answer : 101;
  if (status !== 401) {
    throw new CheckFailure(
      `WebSocket ${plainUrl(url)}: answered a handshake without a ticket with ${status} instead of 401`,
    );
  }
}

/** Sends a ping. Throws CheckFailure without a pong. */
export async function ping(socket: CanarySocket, signal: AbortSignal): Promise<void> {
  const answer = await socket.ask({ action: 'ping', ref: 'ping' }, signal);
  expectType('pong', answer);
}

/** Throws CheckFailure if a frame has another type. The message of an error frame can contain data, its code cannot. */
export function expectType(type: string, frame: Readonly<Record<string, unknown>>): void {
  if (frame.type !== type) {
    const code = typeof frame.code === 'string' && /^\w{1,40}$/.test(frame.code) ? frame.code : 'another frame';
    throw new CheckFailure(`A frame was answered with ${code} instead of ${type}`);
  }
}
