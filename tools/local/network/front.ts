import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Blueprint } from '../blueprint';
import { callerOf } from '../identity/credentials';
import type { Log } from '../log-line';
import type { CertificateAuthority } from './certificate-authority';
import { refusalFor } from './refusal';
import { relay, relayUpgrade } from './relay';
import type { Route, Routes } from './routes';

export interface FrontOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly routes: Pick<Routes, 'of'>;
  readonly authority: Pick<CertificateAuthority, 'contextFor'>;
  /** Answers a request to a service of the AWS endpoint. */
  readonly services: (request: IncomingMessage, response: ServerResponse) => void;
  /** The callers that log lines name, by their roles. */
  readonly callers: Pick<Blueprint, 'functions' | 'services'>;
  readonly log: Log;
}

/** First byte of a TLS connection: a handshake record. */
const TLS_HANDSHAKE = 0x16;

/** Host of the certificate for clients that name none. */
const UNNAMED = 'localhost';

/**
 * The server for calls of functions and containers to hosts of AWS and of the assembly. Each call reaches it in place of the host, with
 * or without TLS, and goes on to the service or entry point of this run. A call to anything else of AWS is answered with an error, and
 * one log line for each caller and host says so.
 */
export class Front {
  private readonly server: Server;
  private readonly http = createHttpServer();
  private readonly https: ReturnType<typeof createHttpsServer>;
  private readonly sockets = new Set<Socket>();
  private readonly told = new Set<string>();

  private constructor(private readonly options: FrontOptions) {
    const { authority } = options;
    this.https = createHttpsServer({
      ALPNProtocols: ['http/1.1'],
      SNICallback: (host, callback) => callback(null, authority.contextFor(host)),
      secureContext: authority.contextFor(UNNAMED),
    } as Parameters<typeof createHttpsServer>[0]);
    for (const server of [this.http, this.https]) {
      // As long as SDKs keep an idle connection. Otherwise they could send a request on a connection that is being closed.
      server.keepAliveTimeout = 60_000;
      server.on('request', (request, response) => this.serve(request, response));
      server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
      // A client of TLS 1.3 refuses the certificate after the handshake.
      server.on('clientError', (error, socket) => this.explain(error, socket as TLSSocket));
    }
    this.https.on('tlsClientError', (error, socket) => this.explain(error, socket));
    this.server = createServer((socket) => this.accept(socket));
  }

  static async open(options: FrontOptions): Promise<Front> {
    const front = new Front(options);
    front.server.listen(options.port, '127.0.0.1');
    await once(front.server, 'listening');
    return front;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Closes every connection. */
  async close(): Promise<void> {
    this.server.close();
    for (const socket of this.sockets) {
      socket.destroy();
    }
    await once(this.server, 'close');
  }

  /** Gives a connection to the server of its protocol, by its first byte. */
  private accept(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    const read = () => {
      const first: Buffer | null = socket.read(1);
      if (first) {
        socket.unshift(first);
        const server = first[0] === TLS_HANDSHAKE ? this.https : this.http;
        server.emit('connection', socket);
      } else {
        socket.once('readable', read);
      }
    };
    read();
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const route = this.route(request);
    if (route?.to === 'services') {
      this.options.services(request, response);
    } else if (route?.to === 'port') {
      relay(route.port, request, response);
    } else {
      const { status, headers, body } = refusalFor(request.headers, this.refuse(request, route));
      // The rest of a large body is read, so that the client can send it and then read the response.
      request.resume();
      response.writeHead(status, { ...headers, 'content-length': body.length });
      response.end(request.method === 'HEAD' ? undefined : body);
    }
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const route = this.route(request);
    if (route?.to === 'port') {
      relayUpgrade(route.port, request, socket, head);
    } else {
      const message = this.refuse(request, route);
      socket.end(`HTTP/1.1 400 Bad Request\r\nContent-Length: ${Buffer.byteLength(message)}\r\n\r\n${message}`);
    }
  }

  private route(request: IncomingMessage): Route | undefined {
    const { host, port, protocol } = targetOf(request);
    return this.options.routes.of({ host, port, protocol, url: request.url ?? '/' });
  }

  /** Logs that a request was not sent. @returns the message for its client */
  private refuse(request: IncomingMessage, route: Route | undefined): string {
    const { host } = targetOf(request);
    const meaning = route?.to === 'nowhere' ? route.meaning : 'It is neither a host of AWS nor of this app.';
    const [what = '', fix] = meaning.split(/(?= Fix: )/);
    const message = `${host}: ${what} The request was not sent.${fix ?? ''}`;
    this.warn(message, host, this.callerOf(request));
    return message;
  }

  /** A handshake fails if the client does not trust the run's authority, or speaks only another protocol. */
  private explain({ code, message }: NodeJS.ErrnoException, socket: TLSSocket): void {
    const { servername: host } = socket as TLSSocket & { servername?: string | false };
    socket.destroy();
    if (!host) {
      return;
    }
    if (code === 'ERR_SSL_NO_APPLICATION_PROTOCOL' || /no.application.protocol/i.test(message)) {
      this.warn(`${host}: The client requires HTTP/2, which does not run here. The request was not sent.`, host);
    } else if (/unknown ca|certificate unknown|bad certificate/i.test(message)) {
      const fix = 'Fix: let it trust the file in the environment variable SSL_CERT_FILE.';
      this.warn(`${host}: A program does not trust the certificates of this run, so its call failed. ${fix}`, host);
    }
  }

  private warn(text: string, host: string, caller?: string): void {
    const key = `${caller} ${host}`;
    if (!this.told.has(key)) {
      this.told.add(key);
      this.options.log({ process: 'aws', level: 'warn', text, ...(caller !== undefined && { of: caller }) });
    }
  }

  /** @returns the logical id of the function or service whose role has signed the request */
  private callerOf({ headers, url = '/' }: IncomingMessage): string | undefined {
    const { functions, services } = this.options.callers;
    const inQuery = new URLSearchParams(url.split('?')[1]).get('X-Amz-Credential');
    const caller = callerOf(inQuery ? `AWS4-HMAC-SHA256 Credential=${inQuery}` : headers.authorization);
    if (caller.kind !== 'role') {
      return undefined;
    }
    return (
      functions.find(({ roleArn }) => roleArn === caller.roleArn) ??
      services.find(({ taskRoleArn }) => taskRoleArn === caller.roleArn)
    )?.logicalId;
  }
}

/** @returns host and port as the client's URL has them */
function targetOf(request: IncomingMessage): { host: string; port: number; protocol: 'HTTP' | 'HTTPS' } {
  const { encrypted = false } = request.socket as Partial<TLSSocket>;
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(request.headers.host ?? '') ?? [];
  return { host, port: Number(port ?? (encrypted ? 443 : 80)), protocol: encrypted ? 'HTTPS' : 'HTTP' };
}
