import { request } from 'node:http';
import fc from 'fast-check';
import { requestHeaders } from '../../http/listener/request-headers';
import { traced, traceId } from '../../http/listener/trace-id';
import { balancer, closeAll, echo, seen, send, target } from './balancer';

afterEach(closeAll);

const hop = {
  clientAddress: '1.2.3.4',
  clientPort: 55,
  port: 443,
  protocol: 'HTTPS',
  traceId: '1-0-a',
  dnsName: 'lb.example',
} as const;
const XFF = 'routing.http.xff_header_processing.mode';

function forwardedFor(mode: string | undefined, sent: string[]): string | undefined {
  const headers = requestHeaders(
    sent.flatMap((value) => ['X-Forwarded-For', value]),
    mode ? { [XFF]: mode } : {},
    hop,
  );
  const index = headers.indexOf('X-Forwarded-For');
  return index < 0 ? undefined : headers[index + 1];
}

test('the client address is appended to X-Forwarded-For, or the header is preserved or removed', () => {
  expect(forwardedFor(undefined, ['9.9.9.9'])).toBe('9.9.9.9, 1.2.3.4');
  expect(forwardedFor('append', [])).toBe('1.2.3.4');
  expect(forwardedFor('preserve', ['9.9.9.9'])).toBe('9.9.9.9');
  expect(forwardedFor('preserve', [])).toBeUndefined();
  expect(forwardedFor('remove', ['9.9.9.9'])).toBeUndefined();
});

test("X-Forwarded-For has the client's port if an attribute of the load balancer enables it", () => {
  expect(requestHeaders([], { 'routing.http.xff_client_port.enabled': 'true' }, hop)).toContain('1.2.3.4:55');
});

test('a target receives the protocol and port of the listener in the template', async () => {
  const alb = await balancer({ targets: [await echo()] });
  const { headers } = seen(await send(alb, { headers: { 'X-Forwarded-Proto': 'gopher' } }));
  expect(headers).toMatchObject({
    'x-forwarded-proto': 'https',
    'x-forwarded-port': '443',
    'x-forwarded-for': '127.0.0.1',
  });
});

test('a trace id is created if the request has none', () => {
  expect(traced(undefined, '1-5f-b')).toBe('Root=1-5f-b');
  expect(traced('Parent=x', '1-5f-b')).toBe('Root=1-5f-b;Parent=x');
  expect(traceId(new Date(0x5f000000 * 1000), 'a'.repeat(24))).toBe('1-5f000000-aaaaaaaaaaaaaaaaaaaaaaaa');
});

test('the load balancer puts Self before an existing Root, once', () => {
  const field = fc.stringMatching(/^[A-Z][a-z]{0,5}=[a-z0-9-]{1,9}$/);
  fc.assert(
    fc.property(fc.array(field), (fields) => {
      const sent = ['Root=1-a-b', ...fields].join(';');
      const once = traced(sent, '1-0-0');
      expect(once.startsWith('Self=1-0-0;Root=1-a-b')).toBe(true);
      expect(traced(once, '1-0-0')).toBe(once);
    }),
  );
});

test('headers with invalid names are dropped if an attribute of the load balancer says so, and forwarded otherwise', () => {
  const sent = ['good-Name1', 'a', 'bad_name', 'b'];
  const drop = requestHeaders(sent, { 'routing.http.drop_invalid_header_fields.enabled': 'true' }, hop);
  expect(drop).toContain('good-Name1');
  expect(drop).not.toContain('bad_name');
  expect(requestHeaders(sent, {}, hop)).toContain('bad_name');
});

test('Host gets the port of a listener on a nonstandard port, unless the header is preserved', () => {
  const other = { ...hop, port: 8443 };
  expect(requestHeaders(['Host', 'a.example'], {}, hop)).toContain('a.example');
  expect(requestHeaders(['Host', 'a.example'], {}, other)).toContain('a.example:8443');
  const preserve = { 'routing.http.preserve_host_header.enabled': 'true' };
  expect(requestHeaders(['Host', 'a.example'], preserve, other)).toContain('a.example');
});

test('headers keep their case, order and number in the request and the response', async () => {
  const alb = await balancer({
    targets: [
      await target(({ rawHeaders }, response) => {
        response
          .writeHead(200, ['X-One', '1', 'Set-Cookie', 'a', 'Set-Cookie', 'b'])
          .end(rawHeaders.slice(0, 6).join());
      }),
    ],
  });
  const headers = { 'X-Two': ['1', '2'], Host: 'b' };
  const outgoing = request({ port: alb.port, host: '127.0.0.1', headers, agent: false });
  const response = await new Promise<import('node:http').IncomingMessage>((resolve) =>
    outgoing.once('response', resolve).end(),
  );
  expect(response.rawHeaders.slice(0, 6)).toEqual(['X-One', '1', 'Set-Cookie', 'a', 'Set-Cookie', 'b']);
  expect(String(await response.setEncoding('utf8').toArray())).toBe('X-Two,1,X-Two,2,Host,b');
});

test("attributes of a listener set headers on every response, in place of the target's", async () => {
  const attributes = {
    'routing.http.response.strict_transport_security.header_value': 'max-age=1',
    'routing.http.response.x_frame_options.header_value': 'DENY',
    'routing.http.response.server.enabled': 'false',
  };
  const server = await target((_, response) => {
    response.setHeader('X-Frame-Options', 'SAMEORIGIN').setHeader('Server', 'mine').end();
  });
  const alb = await balancer({ listener: { attributes }, targets: [server] });
  for (const answer of [await send(alb), await send(alb, { method: 'TRACE' })]) {
    expect(answer.headers).toMatchObject({ 'strict-transport-security': 'max-age=1', 'x-frame-options': 'DENY' });
    expect(answer.headers).not.toHaveProperty('server');
  }
});
