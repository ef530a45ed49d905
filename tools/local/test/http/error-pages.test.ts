import { once } from 'node:events';
import { createServer } from 'node:net';
import { balancer, closeAll, connected, echo, FORWARD, portOf, raw, send, target, until } from './balancer';

afterEach(closeAll);

const page = (title: string) =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;

test('the load balancer returns 503, byte for byte as on AWS, if no target is registered', async () => {
  const { status, reason, headers, body } = await send(await balancer());
  expect({ status, reason, body }).toEqual({
    status: 503,
    reason: 'Service Temporarily Unavailable',
    body: page('503 Service Temporarily Unavailable'),
  });
  expect(headers).toMatchObject({ server: 'awselb/2.0', 'content-type': 'text/html', 'content-length': '162' });
});

test('the load balancer returns 503 if every target group has weight 0', async () => {
  const nowhere = { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: 'arn:group', Weight: '0' }] } };
  const alb = await balancer({ rules: [{ conditions: [], actions: [nowhere] }], targets: [await echo()] });
  expect((await send(alb)).status).toBe(503);
});

test('the load balancer returns 502, byte for byte as on AWS, if the target closes before it responds', async () => {
  const alb = await balancer({ targets: [await target(({ socket }) => socket.destroy())] });
  const { status, headers, body } = await send(alb);
  expect({ status, length: headers['content-length'], body }).toEqual({
    status: 502,
    length: '122',
    body: page('502 Bad Gateway'),
  });
  expect(alb.log.at(-1)).toMatchObject({
    level: 'warn',
    of: 'Listener',
    text: expect.stringMatching(/GET \/ 502.*socket hang up/),
  });
});

test('the load balancer returns 502 if nothing listens at the target', async () => {
  const alb = await balancer();
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as import('node:net').AddressInfo;
  closed.close();
  await once(closed, 'close');
  const registered = alb.group.register('127.0.0.1', port);
  expect((await send(alb)).status).toBe(502);
  await alb.group.deregister(registered);
});

test('the load balancer returns 502 if the target does not speak HTTP or sends more than 32 K of headers', async () => {
  const large = await balancer({
    targets: [await target((_, response) => response.setHeader('X', 'x'.repeat(33_000)).end())],
  });
  expect((await send(large)).status).toBe(502);
  const odd = await balancer({ targets: [await target(({ socket }) => socket.end('hello\r\n\r\n'))] });
  expect((await send(odd)).status).toBe(502);
});

test('the load balancer returns 504 if the target sends nothing for the idle timeout', async () => {
  const alb = await balancer({
    attributes: { 'idle_timeout.timeout_seconds': '0.05' },
    targets: [await target(() => undefined)],
  });
  const { status, body } = await send(alb);
  expect({ status, body }).toEqual({ status: 504, body: page('504 Gateway Time-out') });
});

test('the load balancer returns 408 if the client stops in the middle of its body', async () => {
  const alb = await balancer({ attributes: { 'idle_timeout.timeout_seconds': '0.05' }, targets: [await echo()] });
  const answer = await raw(alb, 'POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 10\r\n\r\nhalf');
  expect(answer).toMatch(/^HTTP\/1.1 408 [\s\S]*Connection: close/);
});

test('the load balancer returns 408 if the client stops in the middle of its headers, and nothing if it sends nothing', async () => {
  const alb = await balancer({ attributes: { 'idle_timeout.timeout_seconds': '0.05' } });
  expect(await raw(alb, 'GET / HTTP/1.1\r\nHost:')).toMatch(/^HTTP\/1.1 408 /);
  const silent = await connected(alb.port);
  silent.resume();
  await once(silent, 'close');
  expect(silent.bytesRead).toBe(0);
});

test('the load balancer returns 405 for TRACE', async () => {
  const alb = await balancer({ targets: [await echo()] });
  expect((await send(alb, { method: 'TRACE' })).status).toBe(405);
});

test('the load balancer returns 414 for a URL of more than 16 K', async () => {
  const alb = await balancer({ targets: [await echo()] });
  expect((await send(alb, { path: `/${'x'.repeat(16 * 1024)}` })).status).toBe(414);
  expect((await send(alb, { path: `/${'x'.repeat(16 * 1024 - 1)}` })).status).toBe(200);
});

test('the load balancer returns 400 for a header of more than 16 K, for headers of more than 64 K, and for bytes that are not HTTP', async () => {
  const alb = await balancer({ targets: [await echo()] });
  const fits = Object.fromEntries([1, 2, 3].map((n) => [`x-${n}`, 'x'.repeat(16_000)]));
  expect((await send(alb, { headers: fits })).status).toBe(200);
  expect((await send(alb, { headers: { x: 'x'.repeat(16 * 1024) } })).status).toBe(400);
  expect((await send(alb, { headers: { ...fits, 'x-4': 'x'.repeat(16_000), 'x-5': 'x'.repeat(16_000) } })).status).toBe(
    400,
  );
  const answer = await raw(alb, 'hello\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\nServer: awselb\/2.0\r\n/);
  expect(answer.endsWith(page('400 Bad Request'))).toBe(true);
});

test('the load balancer returns 505 for an unknown version of HTTP', async () => {
  expect(await raw(await balancer(), 'GET / HTTP/3.7\r\nHost: b\r\n\r\n')).toMatch(/^HTTP\/1.1 505 /);
});

test('the load balancer returns 400 for an HTTP/1.1 request without a host', async () => {
  const alb = await balancer({ targets: [await echo()] });
  const answer = await raw(alb, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\nServer: awselb/);
});

test('the load balancer returns 400 for a request with both Content-Length and Transfer-Encoding', async () => {
  const alb = await balancer({ targets: [await echo()] });
  const smuggled = 'POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
  expect(await raw(alb, smuggled)).toMatch(/^HTTP\/1.1 400 /);
});

test('the load balancer returns 463 for more than 30 addresses in one or more X-Forwarded-For headers', async () => {
  const alb = await balancer({ targets: [await echo()] });
  const addresses = (count: number) => Array.from({ length: count }, () => '10.0.0.1').join(', ');
  expect((await send(alb, { headers: { 'X-Forwarded-For': addresses(30) } })).status).toBe(200);
  expect((await send(alb, { headers: { 'X-Forwarded-For': [addresses(15), addresses(16)] } })).status).toBe(463);
});

test('the load balancer discards the rest of the body after an error page and serves the next request on the connection', async () => {
  const alb = await balancer({ rules: [FORWARD], targets: [] });
  const first = `POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 5\r\n\r\nhello`;
  const answer = await raw(alb, `${first}TRACE / HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n`);
  expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 503', 'HTTP/1.1 405']);
});

test('the load balancer logs 460 and ends the request to the target if the client disconnects', async () => {
  let aborted = false;
  let received = false;
  const alb = await balancer({
    targets: [
      await target((request, response) => {
        received = true;
        request.resume();
        response.once('close', () => {
          aborted = true;
        });
      }),
    ],
  });
  const client = await connected(alb.port);
  client.write('GET /slow HTTP/1.1\r\nHost: b\r\n\r\n');
  await until(() => received);
  client.destroy();
  const lines = () => alb.log.filter(({ text }) => text.startsWith('GET /slow '));
  await until(() => aborted && lines().length > 0);
  expect(lines()).toEqual([expect.objectContaining({ text: expect.stringMatching(/^GET \/slow 460 /) })]);
});

test('an error page names neither the target nor the reason', async () => {
  const server = await target(({ socket }) => socket.destroy());
  const alb = await balancer({ targets: [server] });
  expect((await send(alb)).body).not.toContain(String(portOf(server)));
});
