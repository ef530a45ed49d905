import type { Principal } from './principal';

/** Seconds for which a ticket is valid: long enough for a slow handshake, too short to be passed on. */
export const TICKET_SECONDS = 30;

/** The content of a ticket. The ticket itself, 32 random bytes, is not stored: only its hash is. */
export interface Ticket {
  principal: Principal;
  /** Origin of the page that requested it. It opens connections only from this origin. `''` if the client is not a browser. */
  origin: string;
  /** In seconds since 1970. */
  expiresAt: number;
}

/** The subprotocol that carries a ticket: `ticket.` and 32 bytes in base64url. */
const CARRIED = /^ticket\.([A-Za-z0-9_-]{43})$/;

/** @returns a ticket for the principal. It expires at the latest with the authorization. */
export function ticketFor(principal: Principal, origin: string, now: number): Ticket {
  return { principal, origin, expiresAt: Math.min(Math.floor(now / 1000) + TICKET_SECONDS, principal.expiresAt) };
}

/** @returns the ticket among the subprotocols that a client offers, or undefined if there is not exactly one. */
export function carriedTicket(protocols: readonly string[]): string | undefined {
  const [first, ...others] = protocols.filter((name) => name.startsWith('ticket.'));
  return others.length === 0 ? CARRIED.exec(first ?? '')?.[1] : undefined;
}

/** @returns true if a ticket is valid now for one of the origins. The table can contain expired tickets. */
export function isGood(ticket: Ticket, origins: readonly string[], now: number): boolean {
  return origins.includes(ticket.origin) && ticket.expiresAt > now / 1000;
}
