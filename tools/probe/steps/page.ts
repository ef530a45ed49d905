import { CommandError } from '../../cli';
import type { Measurements } from '../measurements';
import type { RunningClock } from '../network/running-clock';
import type { Plan } from '../plan';
import { factsOf, type Recognized, recognize, viteToken, webpackDevServer } from './live-reload';
import { PageServer } from './page-server';
import { ReloadWatch } from './reload-watch';

/**
 * Reads the page, to find out if a live-reload server serves it, and opens the WebSocket of that. Sends nothing to the measured
 * server: this would be its first request. A page that cannot be read is a result.
 *
 * @returns the open WebSocket
 */
export async function page(
  plan: Plan,
  found: Measurements,
  show: (text: string) => void,
  signal: AbortSignal,
  clock: RunningClock,
): Promise<ReloadWatch | undefined> {
  if (!plan.page) {
    return undefined;
  }
  const { href: url } = plan.page;
  show(`the page ${url}`);
  const server = new PageServer(plan, signal, clock);
  let recognized: Recognized | undefined;
  try {
    recognized = await liveReloadOf(plan.page, server);
    found.page = { url, ...(recognized && { liveReload: factsOf(recognized) }) };
  } catch (error) {
    found.page = { url, unread: reasonOf(error, signal) };
  }
  if (!recognized?.socket) {
    return undefined;
  }
  try {
    return await ReloadWatch.open(await server.endpoint(recognized.socket), recognized, plan.page.origin);
  } catch (error) {
    found.page = { url, liveReload: factsOf(recognized, reasonOf(error, signal)) };
    return undefined;
  }
}

/** @throws {CommandError} if the page cannot be read */
async function liveReloadOf(url: URL, server: PageServer): Promise<Recognized | undefined> {
  const { text: html, url: at } = await server.read(url);
  const recognized = recognize(html, at);
  if (recognized?.name === 'Vite' && recognized.socket) {
    const client = await server.read(new URL(`${recognized.socket.pathname}@vite/client`, at), '*/*');
    const token = viteToken(client.text);
    if (token !== undefined) {
      recognized.socket.searchParams.set('token', token);
    }
  }
  return recognized ?? ((await listsFiles(at, server)) ? webpackDevServer(at) : undefined);
}

/** True if the server has the page of webpack-dev-server that lists its files. */
async function listsFiles(at: URL, server: PageServer): Promise<boolean> {
  try {
    return (await server.read(new URL('/webpack-dev-server', at))).text.includes('Assets Report');
  } catch (error) {
    if (error instanceof CommandError) {
      return false;
    }
    throw error;
  }
}

/** @throws the error after the signal, or if it is a bug */
function reasonOf(error: unknown, signal: AbortSignal): string {
  signal.throwIfAborted();
  if (error instanceof CommandError) {
    return error.message;
  }
  throw error;
}
