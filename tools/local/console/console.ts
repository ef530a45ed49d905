import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { WebSocketServer } from 'ws';
import { namesThisMachine } from '../host-header';
import { listen, type Listening } from '../listen';
import type { RunnerEvent } from '../log-line';
import type { ConsoleApp } from './app';
import { Recent } from './recent';
import { relay } from './relay';
import type { Rows } from './rows';

/** Number of events that a page receives when it opens. */
const RECENT = 1000;

/** Milliseconds between two comments in the stream of events, so that a page notices the end of the run. */
const COMMENT = 15_000;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
};

/** The page's files. */
const FILES = [
  ...['index.html', 'style.css', 'main.js', 'elements.js', 'picture.js', 'client.js', 'activity.js', 'data.js'],
];

/** Contents of the console. */
export interface ConsoleSource {
  app(): ConsoleApp;
  /** @returns the contents of a table or a queue; undefined for an ARN that is neither */
  rows(arn: string): Promise<Rows | undefined>;
  /** @returns the answer of a pool's token endpoint: status and JSON; undefined for an unknown pool */
  token(pool: string, parameters: URLSearchParams): Promise<{ status: number; body: string } | undefined>;
}

/**
 * A page that shows a running app: its resources, its connections, invocations, denied calls and data. It answers only pages of its own
 * origin on this machine.
 */
export class Console {
  private readonly recent = new Recent<RunnerEvent>(RECENT);
  private readonly sockets = new WebSocketServer({ noServer: true });
  private listening: Listening | undefined;

  constructor(private readonly source: ConsoleSource) {}

  /** Adds an event to those that the page shows. */
  add(event: RunnerEvent): void {
    if (event.event !== 'progress') {
      this.recent.add(event);
    }
  }

  /**
   * @param port - 0 for any free port. Throws a `UserError` if it is in use
   * @returns the URL of the page
   */
  async open(port: number): Promise<string> {
    const server = createServer((request, response) => {
      this.serve(request, response).catch((error: Error) => {
        if (response.headersSent) {
          response.destroy();
        } else {
          json(response, 500, { message: error.message });
        }
      });
    });
    server.on('upgrade', (request, socket, head) => {
      if (request.url !== '/socket' || refuses(request)) {
        socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
        return;
      }
      this.sockets.handleUpgrade(request, socket, head, (page) => relay(page, (url) => this.isEndpoint(url)));
    });
    this.listening = await listen(server, port, 'console');
    return this.listening.url;
  }

  async close(): Promise<void> {
    for (const page of this.sockets.clients) {
      page.terminate();
    }
    await this.listening?.close();
  }

  private isEndpoint(url: URL): boolean {
    return this.source.app().endpoints.some((endpoint) => new URL(endpoint.url).host === url.host);
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (refuses(request)) {
      json(response, 403, { message: 'Only pages of this origin on this machine can use the console' });
      return;
    }
    if (request.method !== 'GET') {
      json(response, 405, { message: 'Method Not Allowed' });
      return;
    }
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://console');
    switch (pathname) {
      case '/app.json':
        return json(response, 200, this.source.app());
      case '/events':
        return this.follow(response);
      case '/data': {
        const rows = await this.source.rows(searchParams.get('id') ?? '');
        return rows ? json(response, 200, rows) : json(response, 404, { message: 'No table or queue has this ARN' });
      }
      case '/token': {
        const pool = searchParams.get('pool') ?? '';
        searchParams.delete('pool');
        const answer = await this.source.token(pool, searchParams);
        return answer
          ? send(response, answer.status, 'application/json', answer.body)
          : json(response, 404, { message: 'No user pool has this id' });
      }
      default:
        return file(response, pathname === '/' ? 'index.html' : pathname.slice(1));
    }
  }

  /** Sends events, those from before first, until the page closes. */
  private async follow(response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const end = this.recent.follow((event) => {
      response.write(`event: ${event.event}\ndata: ${JSON.stringify(event)}\n\n`);
    });
    const comments = setInterval(() => response.write(':\n\n'), COMMENT);
    response.flushHeaders();
    await once(response, 'close');
    clearInterval(comments);
    end();
  }
}

/** @returns true for a request of another site's page, or with a `Host` that is not a name of this machine */
function refuses({ headers: { host, origin } }: IncomingMessage): boolean {
  return !namesThisMachine(host) || (origin !== undefined && origin !== `http://${host}`);
}

function file(response: ServerResponse, name: string): void {
  if (FILES.includes(name)) {
    send(response, 200, TYPES[extname(name)] ?? '', readFileSync(join(__dirname, 'page', name)));
  } else {
    json(response, 404, { message: 'Not Found' });
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  send(response, status, 'application/json', JSON.stringify(body));
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}
