import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { listen, type Listening, type Urls } from '../local';
import type { PageConfiguration } from '../../lib/gateway/demo-page';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** Path of the file from which the page reads its URLs. */
const CONFIGURATION = '/config.json';

/** URLs that depend on the run: `token` is that of the local issuer, and the others are added to `/config.json`. */
type PageUrls = Pick<Urls, 'http' | 'websocket' | 'token'> & Pick<PageConfiguration, 'comparison'>;

/**
 * Serves the files of a folder, as a static host does. Two URLs depend on the current run of the app:
 *
 * - `/config.json` is the folder's own file with the URLs of {@link connect}, and with `tokenUrl` if the app has a local issuer.
 * - `/token` forwards to that issuer, so that only this page, and no other site, can read its tokens.
 *
 * The page has one origin: that of this server, or that of a gateway which forwards requests to it. Requests with another host name
 * are redirected to it, and requests from pages of another origin get a 403.
 *
 * Listens before the app runs, because the app's configuration contains the page's origin. Until then both URLs return 503, and
 * behind a gateway, whose origin is not known yet, all do.
 */
export class PageServer {
  private urls: PageUrls | undefined;
  private origin: string | undefined;
  private listening: Listening | undefined;

  private constructor(private readonly folder: string) {}

  /**
   * Starts a server that browsers request.
   *
   * @param port - 0 for any free port
   * @param host - host of the page on AWS: `app.example.com`
   */
  static async start(folder: string, port: number, host: string): Promise<PageServer> {
    const page = await PageServer.listening(folder, port, host);
    page.origin = page.url;
    return page;
  }

  /** Starts a server behind a gateway, on any free port. Browsers request the gateway, which keeps their `Host` header. */
  static async startBehindGateway(folder: string): Promise<PageServer> {
    return PageServer.listening(folder, 0, 'localhost');
  }

  private static async listening(folder: string, port: number, host: string): Promise<PageServer> {
    const page = new PageServer(folder);
    const server = createServer((request, response) => {
      page.answer(request, response).catch((error: Error) => {
        // The client closed the connection, or the issuer does not respond.
        response.headersSent ? response.destroy() : response.writeHead(502).end(error.message);
      });
    });
    page.listening = await listen(server, port, host);
    return page;
  }

  /** URL of this server: `http://app.localhost:4513`. */
  get url(): string {
    return this.listening?.url ?? '';
  }

  /**
   * Sets the URLs of the running app.
   *
   * @param gateway - origin of the gateway. @default - browsers request this server
   */
  connect(urls: PageUrls, gateway = this.origin): void {
    this.urls = urls;
    this.origin = gateway;
  }

  async close(): Promise<void> {
    await this.listening?.close();
  }

  private async answer({ method, url = '/', headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(`http://localhost${url}`);
    // Never above the folder: the URL parser resolves `..`, and an encoded `..` is not decoded here.
    const path = join(this.folder, pathname === '/' ? '/index.html' : pathname);
    if (this.origin === undefined) {
      starting(response);
    } else if (headers.origin !== undefined && headers.origin !== this.origin) {
      response.writeHead(403).end('Pages of other sites cannot use this server.');
    } else if (headers.host !== new URL(this.origin).host) {
      response.writeHead(307, { location: `${this.origin}${url}` }).end();
    } else if (method !== 'GET' && method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
    } else if (pathname === CONFIGURATION || pathname === '/token') {
      await this.answerOfThisRun(pathname, search, path, response);
    } else if (extname(path) in TYPES && existsSync(path)) {
      send(response, extname(path), readFileSync(path));
    } else {
      notFound(response);
    }
  }

  private async answerOfThisRun(
    pathname: string,
    search: string,
    path: string,
    response: ServerResponse,
  ): Promise<void> {
    if (!this.urls) {
      starting(response);
    } else if (pathname === CONFIGURATION) {
      const own: PageConfiguration = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
      send(response, '.json', JSON.stringify({ ...own, ...configurationOf(this.urls) }));
    } else if (this.urls.token) {
      await passOn(`${this.urls.token}${search}`, response);
    } else {
      notFound(response);
    }
  }
}

/** Without keys that have no value, which would hide those of the file. */
function configurationOf({ http, websocket, comparison, token }: PageUrls): PageConfiguration {
  return {
    ...(http !== undefined && { http }),
    ...(websocket !== undefined && { websocket }),
    ...(comparison !== undefined && { comparison }),
    ...(token !== undefined && { tokenUrl: '/token' }),
  };
}

function starting(response: ServerResponse): void {
  response.writeHead(503, { 'retry-after': '1' }).end('The app is starting.');
}

function notFound(response: ServerResponse): void {
  response.writeHead(404).end('File not found.');
}

function send(response: ServerResponse, extension: string, body: string | Buffer): void {
  response.writeHead(200, {
    'content-type': TYPES[extension],
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
    // The page itself has the other directives. A page cannot set this one.
    'content-security-policy': "frame-ancestors 'none'",
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
