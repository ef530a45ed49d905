import { CommandError } from '../../cli';
import type { Endpoint } from './endpoint';
import { PersistentConnection } from './persistent-connection';

/**
 * Gets a ticket for each socket by a POST with the page's headers and origin. The response is JSON with `ticket`.
 *
 * @throws {CommandError} if no ticket is issued
 */
export function ticketsFrom(
  api: Endpoint,
  headers: Readonly<Record<string, string>>,
  origin: string | undefined,
): () => Promise<string> {
  const { url } = api;
  return async () => {
    const connection = await PersistentConnection.open(api);
    try {
      const sent = { ...ofTheUser(headers), ...(origin && { origin }) };
      const { status, body } = await connection.send({
        method: 'POST',
        path: url.pathname + url.search,
        headers: sent,
      });
      const ticket = status < 300 ? ticketIn(body) : undefined;
      if (ticket === undefined) {
        throw new CommandError(
          `${url.href} answered ${status} without a ticket. Fix: check --tickets, and pass --header 'authorization: Bearer ...' as the page does.`,
        );
      }
      return ticket;
    } finally {
      connection.close();
    }
  };
}

/** The headers without those that describe the body of the page's own request. */
function ofTheUser(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { 'content-type': _, ...others } = headers;
  return others;
}

function ticketIn(body: string): string | undefined {
  try {
    const { ticket } = JSON.parse(body);
    return typeof ticket === 'string' ? ticket : undefined;
  } catch {
    return undefined;
  }
}
