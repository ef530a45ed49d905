import { PROTOCOL } from './protocol';
import { carriedTicket } from './tickets';

/** Headers of a client's handshake: every value of the two headers, in order. */
export interface Handshake {
  origins: string[];
  protocols: string[];
}

export type Admission =
  | { admitted: true; protocol?: typeof PROTOCOL; origin: string; ticket?: string }
  | { admitted: false; status: 401 | 403 };

/**
 * Decides who may try to open a connection, without looking anything up.
 *
 * A browser always sends its page's origin, which must be on the list, character by character: this keeps other sites
 * from using the lane through their visitors. A client that sends none is not a browser, and who it is its ticket says.
 *
 * @param ticketed whether clients are authenticated: then each brings the protocol's name and exactly one ticket.
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

/** @returns the origins of a list separated by commas. */
export function parseOrigins(list: string): string[] {
  return list
    .split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
}
