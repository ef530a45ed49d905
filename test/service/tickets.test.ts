import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import type { Line } from '../../lambda/logger';
import type { Principal } from '../../lambda/realtime/principal';
import { createApp } from '../../service/app';
import { Problem } from '../../service/problem';
import { MemoryAdmission } from '../support/memory/admission';
import { ManualClock } from '../support/memory/clock';
import { MemoryConnections } from '../support/memory/connections';
import { MemoryMessageLog } from '../support/memory/message-log';

const ORIGIN = 'https://app.example.com';
const MESSAGES = '/v1/topics/news/messages';

/** An app that takes `Bearer TENANT.SUBJECT.SCOPE` for a token. */
function setUp() {
  const clock = new ManualClock();
  let ids = 0;
  const newId = () => `id-${++ids}`;
  const connections = new MemoryConnections(clock);
  const admission = new MemoryAdmission(clock, connections, { requests: { perSecond: 1, burst: 3 }, connections: 3 });
  const lines: Line[] = [];
  const seconds = clock.now() / 1000;
  const app = createApp({
    log: new MemoryMessageLog(clock, 3600, newId),
    allowances: admission,
    office: admission,
    clock,
    newId,
    authenticate: async (authorization): Promise<Principal> => {
      const [tenant, subject, scope] = authorization?.replace('Bearer ', '').split('.') ?? [];
      if (!tenant || !subject) {
        throw new Problem('unauthorized', 'Say who you are', { 'WWW-Authenticate': 'Bearer' });
      }
      return { tenant, subject, scopes: scope ? [scope] : [], issuedAt: seconds - 60, expiresAt: seconds + 600 };
    },
    allowedOrigins: [ORIGIN],
    documentation: dirname(require.resolve('swagger-ui-dist/package.json')),
    logger: (line) => lines.push(line),
  });
  const ask = (method: string, path: string, token?: string, headers: Record<string, string> = {}, body?: object) =>
    app.request(path, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body && JSON.stringify(body),
    });
  return { app, ask, admission, connections, clock, lines };
}

const hashOf = (ticket: string) => createHash('sha256').update(ticket).digest('base64url');

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { type: string }).type.replace('urn:twinlane:problem:', '');
}

describe('a ticket', () => {
  it('is 32 random bytes, told once, good for 30 seconds', async () => {
    const { ask } = setUp();
    const response = await ask('POST', '/v1/tickets', 'acme.alice', { origin: ORIGIN });
    expect([response.status, response.headers.get('cache-control')]).toEqual([201, 'no-store']);
    const minted = (await response.json()) as { ticket: string };
    expect(minted).toEqual({ ticket: expect.stringMatching(/^[\w-]{43}$/), expiresAt: '2026-01-01T00:00:30.000Z' });
    const other = (await (await ask('POST', '/v1/tickets', 'acme.alice')).json()) as { ticket: string };
    expect(other.ticket).not.toBe(minted.ticket);
  });

  it('opens a connection of the page that asked, by its hash, for whom the token is', async () => {
    const { ask, admission, connections, clock } = setUp();
    const { ticket } = (await (await ask('POST', '/v1/tickets', 'acme.alice', { origin: ORIGIN })).json()) as {
      ticket: string;
    };
    const connection = { id: 'a=', connectedAt: clock.now() };
    expect(await admission.enter(connection, ticket, ORIGIN)).toBe('unauthorized');
    expect(await admission.enter(connection, hashOf(ticket), '')).toBe('unauthorized');
    expect(await admission.enter(connection, hashOf(ticket), ORIGIN)).toBe('connected');
    expect(await connections.accept(connection)).toMatchObject({ tenant: 'acme', subject: 'alice' });
  });

  it.each(['https://evil.com', 'null', `${ORIGIN}.evil.com`, `${ORIGIN}:8443`])(
    'is not for a page of %s, which is told nothing either',
    async (origin) => {
      const response = await setUp().ask('POST', '/v1/tickets', 'acme.alice', { origin });
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      expect([response.status, await codeOf(response)]).toEqual([403, 'forbidden']);
    },
  );

  it('is for whoever has a token, and a cookie is none', async () => {
    const { ask } = setUp();
    const requests: Record<string, string>[] = [{}, { cookie: 'token=acme.alice' }, { origin: ORIGIN }];
    for (const headers of requests) {
      const response = await ask('POST', '/v1/tickets', undefined, headers);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect([response.status, await codeOf(response)]).toEqual([401, 'unauthorized']);
    }
  });

  it('counts against what its subject may ask for', async () => {
    const { ask, clock } = setUp();
    const mint = () => ask('POST', '/v1/tickets', 'acme.alice');
    const publish = () => ask('POST', MESSAGES, 'acme.alice', {}, { data: 1 });
    expect([(await mint()).status, (await publish()).status, (await mint()).status]).toEqual([201, 201, 201]);
    for (const response of [await mint(), await publish()]) {
      expect(response.headers.get('retry-after')).toBe('1');
      expect([response.status, await codeOf(response)]).toEqual([429, 'rate_limited']);
    }
    expect((await ask('POST', '/v1/tickets', 'rival.alice')).status).toBe(201);
    clock.advance(1000);
    expect((await mint()).status).toBe(201);
  });

  it('is in no log', async () => {
    const { ask, lines } = setUp();
    const { ticket } = (await (await ask('POST', '/v1/tickets', 'acme.alice')).json()) as { ticket: string };
    expect(JSON.stringify(lines)).not.toMatch(new RegExp(`${ticket}|alice|acme`));
    expect(lines).toHaveLength(1);
  });
});

describe('a logout', () => {
  it('is heard, and refuses tickets for older tokens', async () => {
    const { ask } = setUp();
    expect((await ask('DELETE', '/v1/connections', 'acme.alice')).status).toBe(202);
    const response = await ask('POST', '/v1/tickets', 'acme.alice');
    expect([response.status, await codeOf(response)]).toEqual([401, 'unauthorized']);
    expect((await ask('POST', '/v1/tickets', 'acme.bob')).status).toBe(201);
  });
});

describe('topics', () => {
  it('are of the tenant: another reads nothing of them', async () => {
    const { ask } = setUp();
    const published = await ask('POST', MESSAGES, 'acme.alice', {}, { data: 'secret' });
    expect(await published.json()).toMatchObject({ topic: 'news', sequence: 1 });
    expect(await (await ask('GET', MESSAGES, 'acme.bob')).json()).toMatchObject({
      topic: 'news',
      sequence: 1,
      messages: [{ data: 'secret' }],
    });
    expect(await (await ask('GET', MESSAGES, 'rival.alice')).json()).toMatchObject({ sequence: 0, messages: [] });
  });

  it.each([
    ['POST', 'topics:read'],
    ['GET', 'topics:write'],
  ])('refuse a %s to a token that is for %s alone', async (method, scope) => {
    const body = method === 'POST' ? { data: 1 } : undefined;
    const response = await setUp().ask(method, MESSAGES, `acme.alice.${scope}`, {}, body);
    expect([response.status, await codeOf(response)]).toEqual([403, 'forbidden']);
  });

  it('are closed to who says nothing, before the body is looked at', async () => {
    const { ask } = setUp();
    for (const [method, path] of [
      ['POST', MESSAGES],
      ['GET', MESSAGES],
      ['DELETE', '/v1/connections'],
      ['PUT', MESSAGES],
      ['GET', '/v1/nothing'],
    ] as const) {
      expect((await ask(method, path)).status).toBe(401);
    }
  });
});

it('health, documentation and preflights are open', async () => {
  const { ask, app } = setUp();
  const statuses = ['/health', '/docs', '/openapi.json'].map(async (path) => (await ask('GET', path)).status);
  expect(await Promise.all(statuses)).toEqual([200, 200, 200]);
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

it('the description names the routes, and that they want a token', async () => {
  const document = await (await setUp().app.request('/openapi.json')).json();
  expect(document).toMatchObject({
    security: [{ bearer: [] }],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    paths: { '/v1/tickets': { post: {} }, '/v1/connections': { delete: {} } },
  });
});
