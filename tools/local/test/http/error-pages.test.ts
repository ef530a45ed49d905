import { once } from 'node:events';
import { createServer } from 'node:net';
import { ask, balancer, closeAll, connected, echo, FORWARD, portOf, raw, target, until } from './balancer';

afterEach(closeAll);

const page = (title: string) =>
  `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;

test('503, byte for byte, without a registered target', async () => {
  const { status, reason, headers, body } = await ask(await balancer());
  expect({ status, reason, body }).toEqual({
    status: 503,
    reason: 'Service Temporarily Unavailable',
    body: page('503 Service Temporarily Unavailable'),
  });
  expect(headers).toMatchObject({ server: 'awselb/2.0', 'content-type': 'text/html', 'content-length': '162' });
});

test('503 where every weight is 0', async () => {
  const nowhere = { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: 'arn:group', Weight: '0' }] } };
  const lane = await balancer({ rules: [{ conditions: [], actions: [nowhere] }], targets: [await echo()] });
  expect((await ask(lane)).status).toBe(503);
});

test('502, byte for byte, when the target closes before it has answered', async () => {
  const lane = await balancer({ targets: [await target(({ socket }) => socket.destroy())] });
  const { status, headers, body } = await ask(lane);
  expect({ status, length: headers['content-length'], body }).toEqual({
    status: 502,
    length: '122',
    body: page('502 Bad Gateway'),
  });
  expect(lane.log.at(-1)).toMatchObject({
    level: 'warn',
    of: 'Listener',
    text: expect.stringMatching(/GET \/ 502.*socket hang up/),
  });
});

test('502 when nothing listens at the target', async () => {
  const lane = await balancer();
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as import('node:net').AddressInfo;
  gone.close();
  await once(gone, 'close');
  const registered = lane.group.register('127.0.0.1', port);
  expect((await ask(lane)).status).toBe(502);
  await lane.group.deregister(registered);
});

test('502 when the target does not speak HTTP, or has more than 32 K of headers', async () => {
  const large = await balancer({
    targets: [await target((_, response) => response.setHeader('X', 'x'.repeat(33_000)).end())],
  });
  expect((await ask(large)).status).toBe(502);
  const odd = await balancer({ targets: [await target(({ socket }) => socket.end('hello\r\n\r\n'))] });
  expect((await ask(odd)).status).toBe(502);
});

test('504 when the target stays silent for the idle timeout', async () => {
  const lane = await balancer({
    attributes: { 'idle_timeout.timeout_seconds': '0.05' },
    targets: [await target(() => undefined)],
  });
  const { status, body } = await ask(lane);
  expect({ status, body }).toEqual({ status: 504, body: page('504 Gateway Time-out') });
});

test('408 when the client stays silent in the middle of its body', async () => {
  const lane = await balancer({ attributes: { 'idle_timeout.timeout_seconds': '0.05' }, targets: [await echo()] });
  const answer = await raw(lane, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf');
  expect(answer).toMatch(/^HTTP\/1.1 408 [\s\S]*Connection: close/);
});

test('408 when it stays silent in the middle of its headers; nothing for one that has said nothing', async () => {
  const lane = await balancer({ attributes: { 'idle_timeout.timeout_seconds': '0.05' } });
  expect(await raw(lane, 'GET / HTTP/1.1\r\nHost:')).toMatch(/^HTTP\/1.1 408 /);
  const silent = await connected(lane.port);
  silent.resume();
  await once(silent, 'close');
  expect(silent.bytesRead).toBe(0);
});

test('405 for TRACE', async () => {
  const lane = await balancer({ targets: [await echo()] });
  expect((await ask(lane, { method: 'TRACE' })).status).toBe(405);
});

test('414 for a URL of more than 16 K', async () => {
  const lane = await balancer({ targets: [await echo()] });
  expect((await ask(lane, { path: `/${'x'.repeat(16 * 1024)}` })).status).toBe(414);
  expect((await ask(lane, { path: `/${'x'.repeat(16 * 1024 - 1)}` })).status).toBe(200);
});

test('400 for a header of more than 16 K, for more than 64 K in all, and for what is not HTTP', async () => {
  const lane = await balancer({ targets: [await echo()] });
  const fits = Object.fromEntries([1, 2, 3].map((n) => [`x-${n}`, 'x'.repeat(16_000)]));
  expect((await ask(lane, { headers: fits })).status).toBe(200);
  expect((await ask(lane, { headers: { x: 'x'.repeat(16 * 1024) } })).status).toBe(400);
  expect((await ask(lane, { headers: { ...fits, 'x-4': 'x'.repeat(16_000), 'x-5': 'x'.repeat(16_000) } })).status).toBe(
    400,
  );
  const answer = await raw(lane, 'hello\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\nServer: awselb\/2.0\r\n/);
  expect(answer.endsWith(page('400 Bad Request'))).toBe(true);
});

test('505 for a version of HTTP that is none', async () => {
  expect(await raw(await balancer(), 'GET / HTTP/3.7\r\nHost: a\r\n\r\n')).toMatch(/^HTTP\/1.1 505 /);
});

test('400 for a request of HTTP/1.1 without a host', async () => {
  const lane = await balancer({ targets: [await echo()] });
  const answer = await raw(lane, 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\nServer: awselb/);
});

test('400 for a request that says in two ways where its body ends', async () => {
  const lane = await balancer({ targets: [await echo()] });
  const smuggled = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
  expect(await raw(lane, smuggled)).toMatch(/^HTTP\/1.1 400 /);
});

test('463 for more than 30 addresses in X-Forwarded-For, however many headers they come in', async () => {
  const lane = await balancer({ targets: [await echo()] });
  const addresses = (count: number) => Array.from({ length: count }, () => '10.0.0.1').join(', ');
  expect((await ask(lane, { headers: { 'X-Forwarded-For': addresses(30) } })).status).toBe(200);
  expect((await ask(lane, { headers: { 'X-Forwarded-For': [addresses(15), addresses(16)] } })).status).toBe(463);
});

test('after a page the connection serves the next request, what is left of the body thrown away', async () => {
  const lane = await balancer({ rules: [FORWARD], targets: [] });
  const first = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello`;
  const answer = await raw(lane, `${first}TRACE / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 503', 'HTTP/1.1 405']);
});

test('460 in the log when the client goes away, and the target hears of it', async () => {
  let aborted = false;
  let asked = false;
  const lane = await balancer({
    targets: [
      await target((request, response) => {
        asked = true;
        request.resume();
        response.once('close', () => {
          aborted = true;
        });
      }),
    ],
  });
  const client = await connected(lane.port);
  client.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
  await until(() => asked);
  client.destroy();
  const lines = () => lane.log.filter(({ text }) => text.startsWith('GET /slow '));
  await until(() => aborted && lines().length > 0);
  expect(lines()).toEqual([expect.objectContaining({ text: expect.stringMatching(/^GET \/slow 460 /) })]);
});

test('the page names no target and no reason', async () => {
  const server = await target(({ socket }) => socket.destroy());
  const lane = await balancer({ targets: [server] });
  expect((await ask(lane)).body).not.toContain(String(portOf(server)));
});
