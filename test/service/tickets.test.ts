import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import type { Line } from '../../lambda/logger';
import type { Principal } from '../../lambda/realtime/principal';
import { ALL_TOPIC_SCOPES } from '../../lambda/realtime/scopes';
import { createApp } from '../../service/app';
import { Problem } from '../../service/problem';
import { MemoryAdmission } from '../support/memory/admission';
import { ManualClock } from '../support/memory/clock';
import { MemoryConnections } from '../support/memory/connections';
import { MemoryMessageLog } from '../support/memory/message-log';
import { MemoryMetrics } from '../support/memory/metrics';

const ORIGIN = 'https://app.example.com';
const MESSAGES = '/v1/topics/news/messages';

/** Creates an app whose tokens are `Bearer TENANT.SUBJECT.SCOPE`. */
function setUp() {
  const clock = new ManualClock();
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const connections = new MemoryConnections(clock);
  const admission = new MemoryAdmission(clock, connections, { requests: { perSecond: 5, burst: 12 }, connections: 3 });
  const lines: Line[] = [];
  const seconds = clock.now() / 1000;
  const app = createApp({
    log: new MemoryMessageLog(clock, 3600, newId),
    rateLimits: admission,
    ticketIssuer: admission,
    clock,
    newId,
    authenticate: async (authorization): Promise<Principal> => {
      const [tenant, subject, scope] = authorization?.replace('Bearer ', '').split('.') ?? [];
      if (!tenant || !subject) {
        throw new Problem('unauthorized', 'Authentication required', { 'WWW-Authenticate': 'Bearer' });
      }
      return {
        tenant,
        subject,
        scopes: scope ? [scope] : ALL_TOPIC_SCOPES,
        issuedAt: seconds - 60,
        expiresAt: seconds + 600,
      };
    },
    allowedOrigins: [ORIGIN],
    documentation: dirname(require.resolve('swagger-ui-dist/package.json')),
    logger: (line) => lines.push(line),
    metrics: new MemoryMetrics(),
  });
  const send = (method: string, path: string, token?: string, headers: Record<string, string> = {}, body?: object) =>
    app.request(path, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body && JSON.stringify(body),
    });
  return { app, send, admission, connections, clock, lines };
}

const hashOf = (ticket: string) => createHash('sha256').update(ticket).digest('base64url');

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { type: string }).type.replace('urn:twinlane:problem:', '');
}

describe('a ticket', () => {
  it('has 32 random bytes and is valid for 30 seconds, and the connection until the token expires', async () => {
    const { send } = setUp();
    const response = await send('POST', '/v1/tickets', 'acme.alice', { origin: ORIGIN });
    expect([response.status, response.headers.get('cache-control')]).toEqual([201, 'no-store']);
    const minted = (await response.json()) as { ticket: string };
    expect(minted).toEqual({
      ticket: expect.stringMatching(/^[\w-]{43}$/),
      expiresAt: '2026-01-01T00:00:30.000Z',
      authorizedUntil: '2026-01-01T00:10:00.000Z',
    });
    const other = (await (await send('POST', '/v1/tickets', 'acme.alice')).json()) as { ticket: string };
    expect(other.ticket).not.toBe(minted.ticket);
  });

  it('opens a connection by its hash, from the origin that requested it, for the subject of the token', async () => {
    const { send, admission, connections, clock } = setUp();
    const { ticket } = (await (await send('POST', '/v1/tickets', 'acme.alice', { origin: ORIGIN })).json()) as {
      ticket: string;
    };
    const connection = { id: 'a=', connectedAt: clock.now() };
    expect(await admission.open(connection, ticket, [ORIGIN])).toBe('unauthorized');
    expect(await admission.open(connection, hashOf(ticket), [''])).toBe('unauthorized');
    expect(await admission.open(connection, hashOf(ticket), [ORIGIN])).toMatchObject({ principal: expect.anything() });
    expect(await connections.accept(connection)).toMatchObject({ tenant: 'acme', subject: 'alice' });
  });

  it.each(['https://evil.com', 'null', `${ORIGIN}.evil.com`, `${ORIGIN}:8443`])(
    'is refused for the origin %s, without CORS headers',
    async (origin) => {
      const response = await setUp().send('POST', '/v1/tickets', 'acme.alice', { origin });
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      expect([response.status, await codeOf(response)]).toEqual([403, 'forbidden']);
    },
  );

  it('requires a token; a cookie is not accepted', async () => {
    const { send } = setUp();
    const requests: Record<string, string>[] = [{}, { cookie: 'token=acme.alice' }, { origin: ORIGIN }];
    for (const headers of requests) {
      const response = await send('POST', '/v1/tickets', undefined, headers);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect([response.status, await codeOf(response)]).toEqual([401, 'unauthorized']);
    }
  });

  it('counts as five publishes towards the rate limit of its subject', async () => {
    const { send, clock } = setUp();
    const mint = () => send('POST', '/v1/tickets', 'acme.alice');
    const publish = () => send('POST', MESSAGES, 'acme.alice', {}, { data: 1 });
    expect([(await mint()).status, (await publish()).status, (await mint()).status]).toEqual([201, 201, 201]);
    expect([(await mint()).status, (await publish()).status]).toEqual([429, 201]);
    for (const response of [await mint(), await publish()]) {
      expect(response.headers.get('retry-after')).toBe('1');
      expect([response.status, await codeOf(response)]).toEqual([429, 'rate_limited']);
    }
    expect((await send('POST', '/v1/tickets', 'rival.alice')).status).toBe(201);
    clock.advance(1000);
    expect((await mint()).status).toBe(201);
  });

  it('is not logged', async () => {
    const { send, lines } = setUp();
    const { ticket } = (await (await send('POST', '/v1/tickets', 'acme.alice')).json()) as { ticket: string };
    expect(JSON.stringify(lines)).not.toMatch(new RegExp(`${ticket}|alice|acme`));
    expect(lines).toHaveLength(1);
  });
});

describe('a logout', () => {
  it('is accepted, and tickets for older tokens are then refused', async () => {
    const { send } = setUp();
    expect((await send('DELETE', '/v1/connections', 'acme.alice')).status).toBe(202);
    const response = await send('POST', '/v1/tickets', 'acme.alice');
    expect([response.status, await codeOf(response)]).toEqual([401, 'unauthorized']);
    expect((await send('POST', '/v1/tickets', 'acme.bob')).status).toBe(201);
  });

  it('is accepted also if the rate limit of the subject is used up, so that a thief cannot prevent it', async () => {
    const { send } = setUp();
    let status = 201;
    while (status === 201) {
      ({ status } = await send('POST', MESSAGES, 'acme.alice', {}, { data: 1 }));
    }
    expect(status).toBe(429);
    expect((await send('DELETE', '/v1/connections', 'acme.alice')).status).toBe(202);
    expect((await send('POST', '/v1/tickets', 'acme.alice')).status).toBe(429);
  });

  it('requires the scope topics:write, if the token has a scope for topics', async () => {
    const { send } = setUp();
    const response = await send('DELETE', '/v1/connections', 'acme.alice.topics:read');
    expect([response.status, await codeOf(response)]).toEqual([403, 'forbidden']);
    expect((await send('POST', '/v1/tickets', 'acme.alice')).status).toBe(201);
    expect((await send('DELETE', '/v1/connections', 'acme.alice.topics:write')).status).toBe(202);
  });
});

describe('topics', () => {
  it('belong to the tenant: another tenant cannot read them', async () => {
    const { send } = setUp();
    const published = await send('POST', MESSAGES, 'acme.alice', {}, { data: 'secret' });
    expect(await published.json()).toMatchObject({ topic: 'news', sequence: 1 });
    expect(await (await send('GET', MESSAGES, 'acme.bob')).json()).toMatchObject({
      topic: 'news',
      sequence: 1,
      messages: [{ data: 'secret' }],
    });
    expect(await (await send('GET', MESSAGES, 'rival.alice')).json()).toMatchObject({ sequence: 0, messages: [] });
  });

  it.each([
    ['POST', 'topics:read'],
    ['GET', 'topics:write'],
  ])('refuse a %s with a token that has only the scope %s', async (method, scope) => {
    const body = method === 'POST' ? { data: 1 } : undefined;
    const response = await setUp().send(method, MESSAGES, `acme.alice.${scope}`, {}, body);
    expect([response.status, await codeOf(response)]).toEqual([403, 'forbidden']);
  });

  it('refuse a request without a token before its body is validated', async () => {
    const { send } = setUp();
    for (const [method, path] of [
      ['POST', MESSAGES],
      ['GET', MESSAGES],
      ['DELETE', '/v1/connections'],
      ['PUT', MESSAGES],
      ['GET', '/v1/nothing'],
    ] as const) {
      expect((await send(method, path)).status).toBe(401);
    }
  });
});

it('health checks, documentation and preflights need no token', async () => {
  const { send, app } = setUp();
  const statuses = ['/health', '/docs', '/docs/websocket', '/openapi.json', '/asyncapi.json'].map(
    async (path) => (await send('GET', path)).status,
  );
  expect(await Promise.all(statuses)).toEqual([200, 200, 200, 200, 200]);
  const preflight = await app.request('/v1/tickets', {
    method: 'OPTIONS',
    headers: {
      origin: ORIGIN,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    },
  });
  expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([
    204,
    'Authorization,Content-Type',
  ]);
});

it('the OpenAPI document lists the routes and requires a token', async () => {
  const document = await (await setUp().app.request('/openapi.json')).json();
  expect(document).toMatchObject({
    security: [{ bearer: [] }],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    paths: { '/v1/tickets': { post: {} }, '/v1/connections': { delete: {} } },
  });
});
