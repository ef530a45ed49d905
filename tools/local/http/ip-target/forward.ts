import {
  type Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import { ErrorPage } from '../listener/error-page';
import { RESPONSE_HEADERS } from '../listener/limits';
import { HOP_BY_HOP, type RawHeaders, without } from '../listener/response-headers';
import { join } from './join';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html */
const CONNECT_MS = 10_000;

/** A server to which requests are forwarded: a target, or the origin of a distribution. */
export interface Destination {
  readonly host: string;
  readonly port: number;
  /** Keeps connections open between requests. */
  readonly agent: Agent;
  /** The event `cut` aborts requests that are still open. */
  once(event: 'cut', listener: () => void): unknown;
  off(event: 'cut', listener: () => void): unknown;
  /** Runs while a request is a WebSocket. */
  duringWebSocket(work: () => Promise<void>): Promise<void>;
}

export interface IpExchange {
  readonly target: Destination;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The client's connection, if the request upgrades it to a WebSocket. */
  readonly upgrade?: Socket;
  /** The request headers that the target receives. */
  readonly headers: RawHeaders;
  /** Converts the target's response headers to those that the client receives. */
  readonly decorate: (headers: RawHeaders) => RawHeaders;
  readonly idleMs: number;
  /** Path and query for the target. @default - as in the request */
  readonly path?: string;
  /** Carries the data of a WebSocket until it is closed. @default - closes it after `idleMs` without data */
  readonly carry?: (client: Socket, target: Socket) => Promise<void>;
}

/** Thrown if the client closed its connection before it received the whole response. */
export class ClientGone extends Error {}

/**
 * Streams a request to a target and the response to the client, without buffering a body. Resolves when the client has
 * the whole response, or when the WebSocket is closed.
 *
 * Throws an {@link ErrorPage} if the client has not received anything yet, {@link ClientGone}, or another Error if the
 * target aborted its response. In the last case the client's connection is aborted, too.
 */
export async function forward(exchange: IpExchange): Promise<void> {
  const { target, request, response, upgrade, headers, decorate, idleMs, path = request.url } = exchange;
  const { carry = (client, socket) => join(client, socket, idleMs) } = exchange;
  const outgoing = httpRequest({
    host: target.host,
    port: target.port,
    agent: upgrade ? false : target.agent,
    method: request.method,
    path,
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
          // A deregistered target keeps its WebSockets.
          target.off('cut', cut);
          resolve(target.duringWebSocket(() => carry(upgrade, socket)));
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

/** @returns the client's headers about the length of the body */
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
  // The first event of a stream can come late. Send the headers without waiting for it.
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
