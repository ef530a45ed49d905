import { createHash, randomBytes } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import { isAllowed } from '../lambda/realtime/authorization';
import { countRequest } from '../lambda/realtime/count-request';
import { authorizedUntil } from '../lambda/realtime/authorized-until';
import type { RateLimits, Clock, TicketIssuer } from '../lambda/realtime/ports';
import { Refused } from '../lambda/realtime/refused';
import { TICKET_SECONDS, ticketFor } from '../lambda/realtime/tickets';
import { Problem, problems } from './problem';
import { resource } from './resource';

/**
 * Cost of a ticket for the rate limit of its subject, in publishes. The ticket, its connection and the close take 22 write
 * units and two invocations, and a publish takes 7 write units.
 */
const TICKET_COST = 5;

const ticketRoute = createRoute({
  method: 'post',
  path: '/v1/tickets',
  tags: ['Connections'],
  operationId: 'getTicket',
  summary: 'Get a ticket for the WebSocket lane',
  description: `A ticket opens one connection, within ${TICKET_SECONDS} seconds, from the same origin. To connect, offer two subprotocols: \`twinlane.v1\`, and \`ticket.\` followed by the ticket.`,
  responses: {
    201: {
      description: 'The ticket. It is returned only once: the server stores only its hash.',
      content: {
        'application/json': {
          schema: z
            .object({
              ticket: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
              expiresAt: z.iso.datetime(),
              authorizedUntil: z.iso.datetime().optional().openapi({
                description: 'Until when the connection is authorized: until the token expires.',
              }),
            })
            .openapi('Ticket'),
        },
      },
    },
    ...problems,
  },
});

const logoutRoute = createRoute({
  method: 'delete',
  path: '/v1/connections',
  tags: ['Connections'],
  operationId: 'logOut',
  summary: 'Log out and close all connections',
  description:
    'Closes every connection of the subject, and refuses tickets for tokens issued up to now, or in the next 6 seconds. Does nothing if this token is already refused. HTTP requests still work until the token expires.',
  responses: { 202: { description: 'Accepted. Connections close within seconds.' }, ...problems },
});

export interface TicketOptions {
  ticketIssuer: TicketIssuer;
  rateLimits: RateLimits;
  clock: Clock;
  allowedOrigins: readonly string[];
}

/** Routes that issue tickets and that log a subject out. */
export function ticketRoutes({ ticketIssuer, rateLimits, clock, allowedOrigins }: TicketOptions) {
  const app = resource();

  app.openapi(ticketRoute, async (c) => {
    const principal = c.get('principal');
    const origin = c.req.header('origin') ?? '';
    if (origin && !allowedOrigins.includes(origin)) {
      throw new Problem('forbidden', 'This origin is not allowed to connect.');
    }
    await countRequest(principal, TICKET_COST, rateLimits);
    const text = randomBytes(32).toString('base64url');
    const ticket = ticketFor(principal, origin, clock.now());
    const hash = createHash('sha256').update(text).digest('base64url');
    if ((await ticketIssuer.mint(hash, ticket)) === 'revoked') {
      const detail = 'This token was issued before the last logout, or less than 6 seconds after it. Get a new token.';
      throw new Problem('unauthorized', detail, { 'WWW-Authenticate': 'Bearer error="invalid_token"' });
    }
    const expiresAt = new Date(ticket.expiresAt * 1000).toISOString();
    return c.json({ ticket: text, expiresAt, authorizedUntil: authorizedUntil(principal) }, 201);
  });

  app.openapi(logoutRoute, async (c) => {
    const principal = c.get('principal');
    if (!isAllowed(principal, 'logOut', '')) {
      throw new Refused('forbidden');
    }
    // The rate limit does not apply: with a stolen token, a thief could use it up so that the owner cannot log out.
    await ticketIssuer.revoke(principal);
    return c.body(null, 202);
  });

  return app;
}
