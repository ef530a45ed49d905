import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Server as TcpServer } from 'node:net';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Addresses } from '../addresses';
import type { Blueprint } from '../blueprint';
import { alsoOnIpv6 } from '../loopback';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** Where the page finds the rest of this run. */
const CONFIGURATION = '/config.json';

/**
 * The files of a folder, as any static host serves them. Two URLs are of this run:
 *
 * - `/config.json` is the folder's own with this run's `api` and `websocket`, and `tokenUrl` if there is an issuer;
 * - `/token` passes on to that issuer, so that only this page may read its tokens, and no other site.
 *
 * The lanes let in one origin, so this machine's other names lead to it, and a stranger's name for this machine, too.
 */
export class PageServer {
  private readonly server: Server;
  private ipv6: TcpServer | undefined;

  constructor(
    private readonly folder: string,
    private readonly blueprint: Pick<Blueprint, 'loadBalancers' | 'webSocketApis'>,
    private readonly addresses: Addresses & Required<Pick<Addresses, 'page'>>,
    private readonly tokenUrl?: string,
  ) {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: Error) => {
        // A client that has gone, or an issuer that does not answer.
        response.headersSent ? response.destroy() : response.writeHead(502).end(error.message);
      });
    });
  }

  /** @param port - 0 for any free one @returns the port */
  async listen(port: number): Promise<number> {
    this.server.listen(port, '127.0.0.1');
    await once(this.server, 'listening');
    const { port: taken } = this.server.address() as AddressInfo;
    this.ipv6 = await alsoOnIpv6(this.server, taken);
    return taken;
  }

  async close(): Promise<void> {
    this.ipv6?.close();
    this.server.closeAllConnections();
    await promisify(this.server.close).call(this.server);
  }

  private async answer({ method, url = '/', headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(`http://localhost${url}`);
    // Names in the folder, none above it: what a URL's parser leaves has no `..`, and an encoded one is no name.
    const path = join(this.folder, pathname === '/' ? '/index.html' : pathname);
    const { origin, host } = new URL(this.addresses.page.url);
    if (headers.host !== host) {
      response.writeHead(307, { location: `${origin}${url}` }).end();
    } else if (method !== 'GET' && method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
    } else if (this.tokenUrl && pathname === '/token') {
      await passOn(`${this.tokenUrl}${search}`, response);
    } else if (pathname === CONFIGURATION) {
      send(response, '.json', JSON.stringify(this.configuration(path)));
    } else if (extname(path) in TYPES && existsSync(path)) {
      send(response, extname(path), readFileSync(path));
    } else {
      response.writeHead(404).end('There is no such file');
    }
  }

  private configuration(path: string): object {
    const { loadBalancers, webSocketApis } = this.addresses;
    const [listener] = this.blueprint.loadBalancers.flatMap(({ listeners }) => listeners);
    const [api] = this.blueprint.webSocketApis;
    return {
      ...(existsSync(path) && JSON.parse(readFileSync(path, 'utf8'))),
      api: listener && loadBalancers[listener.logicalId]?.url,
      websocket: api && webSocketApis[api.logicalId]?.url,
      tokenUrl: this.tokenUrl && '/token',
    };
  }
}

function send(response: ServerResponse, extension: string, body: string | Buffer): void {
  response.writeHead(200, {
    'content-type': TYPES[extension],
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}

async function passOn(url: string, response: ServerResponse): Promise<void> {
  const [answer] = (await once(get(url), 'response')) as [IncomingMessage];
  response.writeHead(answer.statusCode ?? 502, {
    'content-type': answer.headers['content-type'] ?? 'application/json',
  });
  await pipeline(answer, response);
}
