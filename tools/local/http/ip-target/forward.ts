import { type ClientRequest, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { ErrorPage } from '../listener/error-page';
import { RESPONSE_HEADERS } from '../listener/limits';
import { HOP_BY_HOP, type RawHeaders, without } from '../listener/response-headers';
import type { Target } from '../target-group/target';
import { join } from './join';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html */
const CONNECT_MS = 10_000;

export interface IpExchange {
  readonly target: Target;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The client's connection, if the request is to make a WebSocket of it. */
  readonly upgrade?: Socket;
  /** Of the request, as the target gets them. */
  readonly headers: RawHeaders;
  /** Makes of the target's headers what the client gets. */
  readonly decorate: (headers: RawHeaders) => RawHeaders;
  readonly idleMs: number;
}

/** The client has closed its connection before it had all of the answer. */
export class ClientGone extends Error {}

/**
 * Passes a request to a target and its answer back, both as they come, without keeping a body. Ends when the client has
 * the whole answer, or the WebSocket is closed.
 *
 * Throws an {@link ErrorPage} while the client has seen nothing yet; {@link ClientGone}; another Error when the target broke
 * off its answer: then the client's connection is broken off too.
 */
export async function forward(exchange: IpExchange): Promise<void> {
  const { target, request, response, upgrade, headers, decorate, idleMs } = exchange;
  const outgoing = httpRequest({
    host: target.host,
    port: target.port,
    agent: upgrade ? false : target.agent,
    method: request.method,
    path: request.url,
    headers: [...headers, ...framing(request, upgrade)],
    timeout: idleMs,
    maxHeaderSize: RESPONSE_HEADERS,
  });
  const cut = () => outgoing.destroy(new ErrorPage(502, 'its target was deregistered before it responded'));
  target.once('cut', cut);
  limitConnecting(outgoing);
  outgoing.once('timeout', () => outgoing.destroy(idle(request, idleMs)));
  try {
    await new Promise<void>((resolve, reject) => {
      outgoing.on('error', (error) => {
        reject(error instanceof ErrorPage ? error : new ErrorPage(502, `its target failed: ${error.message}`));
      });
      outgoing.once('response', (incoming) => {
        incoming.once('error', (error) => reject(new Error(`its target aborted the response: ${error.message}`)));
        begin(response, incoming, decorate);
        incoming.pipe(response);
      });
      outgoing.once('upgrade', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
        if (upgrade) {
          response.detachSocket(upgrade);
          response.statusCode = 101;
          upgrade.write(switching(incoming, decorate));
          upgrade.write(head);
          resolve(join(upgrade, socket, target, idleMs));
        }
      });
      response.once('close', () => (response.writableFinished ? resolve() : reject(new ClientGone())));
      request.pipe(outgoing);
    });
  } finally {
    target.off('cut', cut);
    request.unpipe(outgoing);
    if (!request.complete || !response.writableFinished) {
      outgoing.destroy();
    }
  }
}

/** @returns the headers that give the length of the body, as the client sent them */
function framing({ method = '', headers }: IncomingMessage, upgrade: Socket | undefined): string[] {
  if (upgrade) {
    return ['Connection', 'Upgrade', 'Upgrade', headers.upgrade ?? ''];
  }
  if (headers['transfer-encoding']) {
    return ['Transfer-Encoding', 'chunked'];
  }
  const bodyExpected = method === 'POST' || method === 'PUT' || method === 'PATCH';
  return bodyExpected && !headers['content-length'] ? ['Content-Length', '0'] : [];
}

function limitConnecting(outgoing: ClientRequest): void {
  outgoing.once('socket', (socket: Socket) => {
    if (socket.connecting) {
      const late = new ErrorPage(504, `its target did not accept the connection in ${CONNECT_MS / 1000} s`);
      const timer = setTimeout(() => outgoing.destroy(late), CONNECT_MS);
      socket.once('connect', () => clearTimeout(timer));
      socket.once('close', () => clearTimeout(timer));
    }
  });
}

function idle(request: IncomingMessage, idleMs: number): ErrorPage {
  return request.complete
    ? new ErrorPage(504, `its target sent nothing for ${idleMs / 1000} s, the idle timeout`)
    : new ErrorPage(408, `the client sent nothing for ${idleMs / 1000} s, the idle timeout`);
}

function begin(response: ServerResponse, incoming: IncomingMessage, decorate: IpExchange['decorate']): void {
  const headers = decorate(without(incoming.rawHeaders, HOP_BY_HOP));
  response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage, [...headers]);
  // A stream's first event may be long in coming; its headers are not held back for it.
  response.flushHeaders();
}

function switching(
  { statusCode, statusMessage, rawHeaders }: IncomingMessage,
  decorate: IpExchange['decorate'],
): string {
  const headers = decorate(rawHeaders);
  const lines = headers.flatMap((name, index) => (index % 2 ? [] : [`${name}: ${headers[index + 1]}`]));
  return [`HTTP/1.1 ${statusCode} ${statusMessage}`, ...lines, '', ''].join('\r\n');
}
