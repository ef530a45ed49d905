import { z } from 'zod';
import { CommandError } from '../../cli';
import type { GivenApp } from './options';

/** Maximum number of ports of `npm start` up to that of its page: a distribution, listeners, the WebSocket API, AWS, the page. */
const PORTS = 8;

/** Milliseconds in which a page on this machine responds. */
const TIMEOUT = 3000;

/** Configuration that the page of `npm start` reads, with URLs that are absolute or relative to the page. */
const Configuration = z.object({ http: z.string(), websocket: z.string(), tokenUrl: z.string().optional() });

/**
 * Finds the app of `npm start` by the configuration of its page, which has one of the ports from the first one on. The page is not part of a
 * lane, so this works while a lane is cut.
 *
 * @throws {CommandError} if no page responds
 */
export async function runningApp(firstPort: number): Promise<GivenApp> {
  const ports = Array.from({ length: PORTS }, (_, index) => firstPort + index);
  try {
    return await Promise.any(ports.map(appOfPage));
  } catch (error) {
    throw new CommandError(
      `No app of npm start was found on the ports ${firstPort} to ${firstPort + PORTS - 1}. Fix: run npm start in another terminal, or pass its URLs with --http, --websocket and --token.`,
      { cause: error },
    );
  }
}

async function appOfPage(port: number): Promise<GivenApp> {
  const response = await fetch(`http://localhost:${port}/config.json`, { signal: AbortSignal.timeout(TIMEOUT) });
  const { http, websocket, tokenUrl } = Configuration.parse(await response.json());
  // After a redirect to the host name of the page.
  const page = response.url;
  return {
    httpUrl: withoutSlash(new URL(http, page)),
    webSocketUrl: withoutSlash(new URL(websocket, page.replace(/^http/, 'ws'))),
    ...(tokenUrl !== undefined && { tokenUrl: new URL(tokenUrl, page).href }),
  };
}

function withoutSlash({ href }: URL): string {
  return href.replace(/\/$/, '');
}
