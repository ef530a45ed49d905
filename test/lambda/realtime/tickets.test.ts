import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import type { Principal } from '../../../lambda/realtime/principal';
import { carriedTicket, isGood, ticketFor } from '../../../lambda/realtime/tickets';

const TICKET = randomBytes(32).toString('base64url');
const NOW = Date.parse('2026-01-01T00:00:00Z');
const principal: Principal = {
  subject: 'alice',
  tenant: 'acme',
  scopes: [],
  issuedAt: NOW / 1000,
  expiresAt: NOW / 1000 + 600,
};

it('a ticket is read from the subprotocols, among others', () => {
  expect(carriedTicket(['twinlane.v1', `ticket.${TICKET}`])).toBe(TICKET);
  expect(carriedTicket([`ticket.${TICKET}`, 'chat'])).toBe(TICKET);
});

it.each<[string, string[]]>([
  ['no ticket', ['twinlane.v1']],
  ['two tickets', [`ticket.${TICKET}`, `ticket.${TICKET}`]],
  ['a valid and an invalid ticket', [`ticket.${TICKET}`, 'ticket.']],
  ['a ticket that is too short', [`ticket.${TICKET.slice(1)}`]],
  ['a ticket that is too long', [`ticket.${TICKET}A`]],
  ['a ticket of 8 KB', [`ticket.${'A'.repeat(8192)}`]],
  ['base64 that is not for URLs', [`ticket.${TICKET.slice(1)}+`]],
  ['another prefix', [`Ticket.${TICKET}`]],
])('carriedTicket() returns undefined for %s', (_, protocols) => {
  expect(carriedTicket(protocols)).toBeUndefined();
});

it('a ticket of any bytes is found, and no other text is taken for one', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const text = Buffer.from(bytes).toString('base64url');
      expect(carriedTicket([`ticket.${text}`])).toBe(text);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(carriedTicket([text])).toBe(/^ticket\.[A-Za-z0-9_-]{43}$/.test(text) ? text.slice(7) : undefined);
    }),
  );
});

it('a ticket expires after 30 seconds, or with the authorization if that expires earlier', () => {
  expect(ticketFor(principal, '', NOW).expiresAt).toBe(NOW / 1000 + 30);
  expect(ticketFor({ ...principal, expiresAt: NOW / 1000 + 5 }, '', NOW).expiresAt).toBe(NOW / 1000 + 5);
});

it('a ticket is valid until it expires, from its origin only', () => {
  const ticket = ticketFor(principal, 'https://app.example.com', NOW);
  expect(isGood(ticket, ['https://app.example.com'], NOW + 29_999)).toBe(true);
  expect(isGood(ticket, ['https://app.example.com'], NOW + 30_000)).toBe(false);
  expect(isGood(ticket, ['https://app.example.com:443'], NOW)).toBe(false);
  expect(isGood(ticket, [''], NOW)).toBe(false);
});
