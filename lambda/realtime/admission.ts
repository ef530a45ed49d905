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
 * authenticates it.
 *
 * @param ticketed true if clients are authenticated. Each then offers the protocol's name and exactly one ticket.
 */
export function admit(
  { origins, protocols }: Handshake,
  { allowedOrigins, ticketed }: { allowedOrigins: readonly string[]; ticketed: boolean },
): Admission {
  if (origins.length > 1 || !origins.every((origin) => allowedOrigins.includes(origin))) {
    return { admitted: false, status: 403 };
  }
  const offered = protocols.flatMap((value) => value.split(',')).map((name) => name.trim());
  const protocol = offered.includes(PROTOCOL) ? PROTOCOL : undefined;
  const [origin = ''] = origins;
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
