import { newTicket, somebody } from '../caller';
import { Client, newTopic } from '../client';
import { messagesPath, publish } from '../http';
import { type Attacks, each, type Here, noGain, published, raw, refused, SECRET, victim } from './attack';
import { exactly, handshakeWith } from './exact-request';
import { publishing } from './smuggling';

/** Methods that the behaviors of the distribution allow for no path. */
const OTHER_METHODS = ['TRACE', 'PROPFIND', 'LINK', 'PURGE'];

/** Opens a connection to a path of the gateway, with a new ticket. @returns the status of the response */
async function handshakeAt(here: Here, path: string, headers: Record<string, string> = {}): Promise<number> {
  const ticket = await newTicket(here, somebody());
  return (await exactly(here.httpUrl, { path, headers: { ...handshakeWith(ticket), ...headers } })).status;
}

/** Attacks on a distribution that is in front of both lanes, and of a page. */
export const gateway: Attacks = {
  'its secret, sent by a viewer': noGain('what it would get without', async (here) => {
    const path = messagesPath('untouched');
    const authorization = `Bearer ${await here.token(somebody())}`;
    const answer = async (headers: Record<string, string | string[]>) => {
      const { status, body } = await exactly(here.httpUrl, { path, headers: { authorization, ...headers } });
      return `${status} ${body} ${await handshakeAt(here, '/socket', headers as Record<string, string>)}`;
    };
    const without = await answer({});
    expect(without).toMatch(/^200 .* 101$/);
    const spoofed = await each(['', 'none', '*', ['none', 'none']], (secret) => answer({ 'x-origin-secret': secret }));
    return spoofed === without ? 'what it would get without' : spoofed;
  }),
  "someone else's connection id, over `@connections`": refused('403', async (here) => {
    const { client, topic, id } = await victim(here);
    // The runner accepts requests with credentials of no role, as those of an operator. So only the paths protect the connection.
    const authorization = 'AWS4-HMAC-SHA256 Credential=operator/20260101/us-east-1/execute-api/aws4_request';
    const below = `@connections/${encodeURIComponent(id)}`;
    const paths = ['/', '/socket/', '/socket%2F', '/socket/../socket/', '/socket//', '/v1/../socket/', '/%73ocket/'];
    const answers = await each(paths, (path) =>
      each(['GET', 'POST', 'DELETE'], async (method) => {
        const body = method === 'POST' ? SECRET : undefined;
        const request = { path: `${path}${below}`, method, headers: { authorization }, ...(body && { body }) };
        return (await exactly(here.httpUrl, request)).status;
      }),
    );
    await publish(here, topic, 'still there');
    expect(await client.pushed(topic)).toMatchObject([{ data: 'still there' }]);
    return answers;
  }),
  'handshakes at other spellings of the path': refused('403', (here) =>
    each(
      ['//socket', '/socket/', '/Socket', '/socket%2F', '/socket%00', '/socket;x', '/socket/.', '/%2Fsocket'],
      (path) => handshakeAt(here, path),
    ),
  ),
  'handshakes at a path that is the right one after normalization': refused('403', (here) =>
    each(['/v1/../socket', '/docs/../socket', '/./socket', '/%73ocket', '/page/../socket'], (path) =>
      handshakeAt(here, path),
    ),
  ),
  'handshakes at paths of the HTTP lane': noGain('what a request gets', async (here) => {
    const paths = ['/health', '/docs', '/v1/tickets', messagesPath('room'), '/v1/socket'];
    for (const path of paths) {
      const { status } = await exactly(here.httpUrl, { path });
      expect([path, await handshakeAt(here, path)]).toEqual([path, status]);
    }
    return 'what a request gets';
  }),
  'requests behind a handshake that no lane accepts': noGain('one response', async (here) => {
    const topic = newTopic();
    const other = await publishing(here, topic);
    const answers = await each(['/socket', '/v1/tickets', '/health'], async (path) => {
      const handshake = { ...handshakeWith(await newTicket(here, somebody())), 'sec-websocket-version': '777' };
      const headers = Object.entries(handshake).map(([name, value]) => `${name}: ${value}`);
      const first = [`GET ${path} HTTP/1.1`, 'Host: localhost', ...headers, '\r\n'].join('\r\n');
      const responses = (await raw(here.httpUrl, `${first}${other}`)).match(/^HTTP\/1\.1 [^1]\d\d /gm);
      return responses?.length === 1 ? 'one response' : String(responses);
    });
    expect(await published(here, topic)).toBe(0);
    return answers;
  }),
  'methods that no lane has': refused('403', (here) =>
    each(['/', '/v1/tickets', '/socket', '/health'], (path) =>
      each(OTHER_METHODS, async (method) => (await exactly(here.httpUrl, { path, method })).status),
    ),
  ),
  'changes of the page': refused('403', async (here) => {
    const before = await exactly(here.httpUrl, { path: '/index.html' });
    const answers = await each(['/', '/index.html', '/config.json', '/new.html'], (path) =>
      each(['POST', 'PUT', 'PATCH', 'DELETE'], async (method) => {
        return (await exactly(here.httpUrl, { path, method, body: SECRET })).status;
      }),
    );
    expect(await exactly(here.httpUrl, { path: '/index.html' })).toEqual(before);
    return answers;
  }),
  'files outside the page': refused('403', (here) =>
    each(
      [
        ...['/../manifest.json', '/%2e%2e/manifest.json', '/..%2fmanifest.json', '/..\\manifest.json'],
        ...['//etc/passwd', '/index.html/', '/index.html%00', '/.', '/page/', '/main.js/../../manifest.json'],
      ],
      async (path) => (await exactly(here.httpUrl, { path })).status,
    ),
  ),
  'a list of the files, and other operations of the bucket': noGain('the page', async (here) => {
    const { body } = await exactly(here.httpUrl, { path: '/' });
    const answers = await each(['list-type=2', 'acl', 'policy', 'versions', 'uploads', 'location'], async (query) => {
      return (await exactly(here.httpUrl, { path: `/?${query}` })).body === body ? 'the page' : query;
    });
    return answers;
  }),
  'a Host of a lane': refused('403', (here) =>
    each(
      ['ws.gateway.example.com', 'api.gateway.example.com', 'evil.com', 'app.gateway.example.com.evil.com'],
      (host) =>
        each(
          ['/', '/health', '/socket'],
          async (path) => (await exactly(here.httpUrl, { path, headers: { host } })).status,
        ),
    ),
  ),
  'headers that name another host or path': noGain('what it would get without', async (here) => {
    const others = {
      'x-forwarded-host': 'ws.gateway.example.com',
      'x-forwarded-proto': 'http',
      'x-original-url': '/@connections/x',
      'x-rewrite-url': '/@connections/x',
      'x-http-method-override': 'DELETE',
      forwarded: 'for=1.2.3.4;host=evil.com;proto=http',
    };
    for (const path of ['/', '/health', '/openapi.json', '/asyncapi.json', '/socket', '/v1/nothing/here']) {
      const plain = await exactly(here.httpUrl, { path });
      const { status, body } = await exactly(here.httpUrl, { path, headers: others });
      expect([path, status, withoutIds(body)]).toEqual([path, plain.status, withoutIds(plain.body)]);
    }
    expect(await handshakeAt(here, '/socket', others)).toBe(101);
    return 'what it would get without';
  }),
  'a handshake of a page of another origin': refused('403', (here) => {
    const { origin, port } = new URL(here.httpUrl);
    const others = [
      'https://evil.com',
      'null',
      `http://evil.localhost:${port}`,
      `${origin}0`,
      `${origin}/`,
      `${origin}.evil.com`,
    ];
    return each(others, (other) => handshakeAt(here, '/socket', { origin: other }));
  }),
  'headers that the connection must not forward': noGain('what it would get without', async (here) => {
    // A second hop must not drop the header of the first one.
    const connection = 'close, x-origin-secret, authorization, host, origin';
    const headers = { authorization: `Bearer ${await here.token(somebody())}`, connection };
    const { status } = await exactly(here.httpUrl, { path: messagesPath('room'), headers });
    expect([200, 401]).toContain(status);
    await Client.connect(here);
    return 'what it would get without';
  }),
};

/** Ids that differ in each response. */
function withoutIds(body: string): string {
  return body.replace(/"(requestId|connectionId)": ?"[^"]*"/g, '');
}
