import type { Principal } from './principal';

/** Seconds for which a ticket is valid: long enough for a slow handshake, too short to be passed on. */
export const TICKET_SECONDS = 30;

/** The content of a ticket. The ticket itself, 32 random bytes, is not stored: only its hash is. */
export interface Ticket {
  principal: Principal;
  /** The page that asked for it: only from there it opens a connection. `''` for a client that is no browser. */
  origin: string;
  /** In seconds since 1970. */
  expiresAt: number;
}

/** The subprotocol that carries a ticket: `ticket.` and 32 bytes in base64url. */
const CARRIED = /^ticket\.([A-Za-z0-9_-]{43})$/;

/** @returns a ticket for the principal; it ends with the authorization if that is sooner. */
export function ticketFor(principal: Principal, origin: string, now: number): Ticket {
  return { principal, origin, expiresAt: Math.min(Math.floor(now / 1000) + TICKET_SECONDS, principal.expiresAt) };
}

/** @returns the ticket among the subprotocols that a client offers; undefined unless there is exactly one. */
export function carriedTicket(protocols: readonly string[]): string | undefined {
  const [first, ...others] = protocols.filter((name) => name.startsWith('ticket.'));
  return others.length === 0 ? CARRIED.exec(first ?? '')?.[1] : undefined;
}

/** @returns whether a ticket opens a connection of a page of this origin now. Expired ones may still be in the table. */
export function isGood(ticket: Ticket, origin: string, now: number): boolean {
  return ticket.origin === origin && ticket.expiresAt > now / 1000;
}
