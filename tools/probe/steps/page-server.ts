import { CommandError } from '../../cli';
import { type Endpoint, hostOf, isLoopback, portOf } from '../network/endpoint';
import { PersistentConnection } from '../network/persistent-connection';
import { MAX_REDIRECTS, redirectTarget } from '../network/redirect';
import type { RunningClock } from '../network/running-clock';
import type { Plan } from '../plan';
import { endpointOf } from './locate';

/** Media types of a browser that opens a page. */
const HTML = 'text/html,application/xhtml+xml,*/*;q=0.8';

/** The server of the page. Refuses to connect to the measured server, which must get no request before the page's own. */
export class PageServer {
  constructor(
    private readonly plan: Plan,
    private readonly signal: AbortSignal,
    private readonly clock: RunningClock,
  ) {}

  /**
   * Gets a document, and follows redirects.
   *
   * @param accept media types. Live-reload servers add their code only if a browser asks for HTML
   * @returns the text, and the URL from which it came
   * @throws {CommandError} if the server does not have it
   */
  async read(url: URL, accept = HTML, redirects = 0): Promise<{ text: string; url: URL }> {
    const connection = await PersistentConnection.open(await this.endpoint(url));
    try {
      const answer = await connection.send({
        method: 'GET',
        path: url.pathname + url.search,
        headers: { accept },
      });
      const target = redirectTarget(answer, url);
      if (target && redirects < MAX_REDIRECTS) {
        return await this.read(target, accept, redirects + 1);
      }
      if (answer.status !== 200) {
        throw new CommandError(`${url.href} was answered ${answer.status}. Fix: check --page.`);
      }
      return { text: answer.body, url };
    } finally {
      connection.close();
    }
  }

  /** @throws {CommandError} if it is the measured server, or accepts no connections */
  async endpoint(url: URL): Promise<Endpoint> {
    if (isSameServer(url, this.plan.request.url)) {
      throw new CommandError(
        `${url.href} is on the measured server, and must not be its first request. Fix: pass the page's --origin instead of --page.`,
      );
    }
    return endpointOf(this.plan, url, this.signal, this.clock);
  }
}

/** True if both URLs lead to one port. `localhost` and 127.0.0.1 are one host. */
function isSameServer(one: URL, other: URL): boolean {
  return portOf(one) === portOf(other) && (hostOf(one) === hostOf(other) || (isLoopback(one) && isLoopback(other)));
}
