import { PROTOCOL } from '../../client/protocol';
import { carriedTicket } from './tickets';

/** Headers of a client's handshake: all values of `Origin` and `Sec-WebSocket-Protocol`, in order. */
export interface Handshake {
  origins: string[];
  protocols: string[];
}

/**
 * An admitted client has the origins to which its ticket can have been issued, `''` for no origin. The list has two for the origin of
 * the URL if it is also the origin of pages, as with a gateway.
 */
export type Admission =
  | { admitted: true; protocol?: typeof PROTOCOL; origins: readonly string[]; ticket?: string }
  | { admitted: false; status: 401 | 403 };

/**
 * Decides from the headers of a handshake whether a client can try to open a connection.
 *
 * A browser always sends the origin of its page. The origin must equal one of the list, character by character, so that
 * other sites cannot use the lane through their visitors. A client that sends no origin is not a browser, and its ticket
 * authenticates it. So is one that sends the origin of the URL that it connects to, as React Native does: see docs/decisions/0025.
 *
 * Without a gateway, no page has that origin. With one, the page of the host has it, too, and the origin is in the list. Its handshakes
 * then accept a ticket that was issued to this origin, and one that was issued without an origin, because React Native requests its
 * ticket without one. Nobody gains by that: a ticket without an origin is of a program, and whoever has it could omit the header
 * instead. The ticket of a page stays bound to its origin, and pages of other sites still cannot connect.
 *
 * @param ownOrigin origin of the URL that clients connect to. If it is not in the list, it counts as no origin.
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
  // A ticket of this host's page was issued to the origin, and one of a program without an origin.
  const accepted = isListed ? [sent, ...(sent === ownOrigin ? [''] : [])] : [''];
  const offered = protocols.flatMap((value) => value.split(',')).map((name) => name.trim());
  const protocol = offered.includes(PROTOCOL) ? PROTOCOL : undefined;
  if (!ticketed) {
    return { admitted: true, protocol, origins: accepted };
  }
  const ticket = carriedTicket(offered);
  return protocol && ticket
    ? { admitted: true, protocol, origins: accepted, ticket }
    : { admitted: false, status: 401 };
}

/** @returns the origins in a comma-separated list. */
export function parseOrigins(list: string): string[] {
  return list
    .split(',')
    .map((origin) => origin.trim())
    .filter(Boolean);
}
