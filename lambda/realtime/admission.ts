import { PROTOCOL } from '../../client/protocol';
import { carriedTicket } from './tickets';

/** Headers of a client's handshake: all values of `Origin` and `Sec-WebSocket-Protocol`, in order. */
export interface Handshake {
  origins: string[];
  protocols: string[];
}

export type Admission =
  | { admitted: true; protocol?: typeof PROTOCOL; origin: string; ticket?: string }
  | { admitted: false; status: 401 | 403 };

/**
 * Decides from the headers of a handshake whether a client can try to open a connection.
 *
 * A browser always sends the origin of its page. The origin must equal one of the list, character by character, so that
 * other sites cannot use the lane through their visitors. A client that sends no origin is not a browser, and its ticket
 * authenticates it. So is one that sends the origin of the URL that it connects to, as React Native does, because no page has
 * that origin: see docs/decisions/0025.
 *
 * @param ownOrigin origin of the URL that clients connect to. It counts as no origin, unless it is in the list.
 * @param ticketed true if clients are authenticated. Each then offers the protocol's name and exactly one ticket.
 */
export function admit(
  { origins, protocols }: Handshake,
  { allowedOrigins, ownOrigin, ticketed }: { allowedOrigins: readonly string[]; ownOrigin: string; ticketed: boolean },
): Admission {
  const [sent = '', ...others] = origins;
  const isListed = allowedOrigins.includes(sent);
  if (others.length > 0 || (origins.length > 0 && !isListed && sent !== ownOrigin)) {
    return { admitted: false, status: 403 };
  }
  const origin = isListed ? sent : '';
  const offered = protocols.flatMap((value) => value.split(',')).map((name) => name.trim());
  const protocol = offered.includes(PROTOCOL) ? PROTOCOL : undefined;
  if (!ticketed) {
    return { admitted: true, protocol, origin };
  }
  const ticket = carriedTicket(offered);
  return protocol && ticket ? { admitted: true, protocol, origin, ticket } : { admitted: false, status: 401 };
}

/** @returns the origins in a comma-separated list. */
export function parseOrigins(list: string): string[] {
  return list
    .split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
}
