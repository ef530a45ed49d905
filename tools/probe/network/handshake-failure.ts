import type { IncomingHttpHeaders } from 'node:http';
import { CommandError } from '../../cli';
import { TimedOut } from './channel';
import type { Endpoint } from './endpoint';
import { toCommandError } from './failure';

/** Settings of a handshake. */
interface Sent {
  readonly url: URL;
  readonly subprotocol: string;
  readonly origin?: string;
}

/** Why the server did not open a WebSocket, from its response. One sentence with a fix. */
export function rejection({ url, subprotocol, origin }: Sent, status: number, headers: IncomingHttpHeaders): string {
  const answered = `${url.href} answered the WebSocket handshake with ${status}`;
  const pass = origin === undefined ? "pass the page's --origin" : 'check --origin';
  const check = subprotocol === '' ? 'pass --subprotocol if the page has one' : `check --subprotocol ${subprotocol}`;
  if (status >= 300 && status < 400) {
    return `${answered}, a redirect${headers.location ? ` to ${headers.location}` : ''}, which browsers do not follow. Fix: pass the final URL with --websocket.`;
  }
  switch (status) {
    case 200:
    case 204:
      return `${answered}, as for a normal request: there is no WebSocket at this path, or a proxy removes the header Upgrade. Fix: check the path of --websocket, and let the proxy forward Upgrade and Connection.`;
    case 400:
      return `${answered}: it does not accept the path, its parameters or the subprotocol. Fix: check --websocket (Socket.IO needs /socket.io/?EIO=4&transport=websocket), then ${check}.`;
    case 401:
      return `${answered}: authentication is required. Fix: pass --cookie, --tickets or the token in the URL, as the page does.`;
    case 403:
      return `${answered}: the path does not exist (FastAPI and uvicorn answer this), or the origin or session is not allowed. Fix: check the path of --websocket, then ${pass}, then --cookie.`;
    case 404:
      return `${answered}: the path does not exist. Fix: check the path of --websocket.`;
    case 426:
      return `${answered}: a proxy removes the header Upgrade, or the server wants another subprotocol. Fix: let the proxy forward Upgrade and Connection, then ${check}.`;
    case 429:
      return `${answered}: too many requests or sockets. Fix: wait until the limit allows more.`;
    case 502:
    case 503:
    case 504:
      return `${answered}: a proxy answers, but the app behind it does not. Fix: start the app, or check its WebSocket server.`;
    default:
      return status >= 500
        ? `${answered}: the app failed. Fix: look at the log of the server.`
        : `${answered} instead of 101. Fix: check the host and path of --websocket.`;
  }
}

/**
 * Converts an error of a handshake to an error for the user.
 *
 * @param chosen subprotocol in the response, if there was one
 */
export function handshakeFailure(
  error: NodeJS.ErrnoException,
  endpoint: Endpoint,
  sent: Sent,
  chosen: string | undefined,
): Error {
  const { href } = sent.url;
  const because = (text: string) => new CommandError(`${href} ${text}`, { cause: error });
  if (error instanceof TimedOut) {
    return because(
      `did not answer the WebSocket handshake within ${endpoint.timeout} ms. Fix: check the path, or increase --timeout.`,
    );
  }
  if (error.code !== undefined) {
    return toCommandError(error, endpoint);
  }
  // An error that the WebSocket client itself finds in the response has no code.
  if (/subprotocol/.test(error.message)) {
    return chosen === undefined
      ? because(
          `opened the WebSocket without the subprotocol ${sent.subprotocol}, so a browser closes it. Fix: check --subprotocol, or omit it.`,
        )
      : because(
          `opened the WebSocket with the subprotocol ${chosen}, which was not offered. Fix: pass --subprotocol ${chosen}.`,
        );
  }
  return because(
    `answered with an invalid WebSocket handshake: ${error.message}. Fix: check the path of --websocket, and the proxy in front of it.`,
  );
}
