import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { type ClientOptions, WebSocket, WebSocketServer } from 'ws';
import { credentialsOf } from '../../identity/credentials';
import type { LogLine } from '../../log-line';
import { CertificateAuthority, newAuthority } from '../../network/certificate-authority';
import { Front } from '../../network/front';
import type { Target } from '../../network/routes';
import { blueprintOf } from '../functions/function-of';
import { type LoopbackServer, serveOnLoopback } from '../loopback-server';

const ROLE = 'arn:aws:iam::000000000000:role/function';

const keys = newAuthority();
const authority = new CertificateAuthority(keys);

let front: Front;
let lane: LoopbackServer;
let logged: Omit<LogLine, 'time'>[];
/** Targets of the requests so far. */
let targets: Target[];

beforeAll(async () => {
  lane = await serveOnLoopback(async (request, response) => {
    response.writeHead(201, { 'x-lane': 'yes' });
    response.end(`${request.method} ${request.headers.host}${request.url} ${await text(request)}`);
  });
});

afterAll(() => lane.close());

beforeEach(async () => {
  logged = [];
  targets = [];
  front = await Front.open({
    port: 0,
    routes: {
      of(target) {
        targets.push(target);
        if (target.host === 'lane.example.com') {
          return { to: 'port', port: Number(new URL(lane.endpoint).port) };
        }
        if (target.host.startsWith('dynamodb')) {
          return { to: 'services' };
        }
        return target.host.endsWith('amazonaws.com')
          ? { to: 'nowhere', meaning: 'Amazon S3 does not run here. Fix: use a table.' }
          : undefined;
      },
    },
    authority,
    services: (request, response) => response.end(`services for ${request.headers.host}`),
    callers: { functions: [blueprintOf('', { logicalId: 'Fn', roleArn: ROLE })], services: [] },
    log: (line) => logged.push(line),
  });
});

afterEach(() => front.close());

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly agent?: Agent;
}

/** Sends a request to the front as a client of the URL's host, which trusts the authority. */
async function send(
  url: string,
  { body, ...sent }: Sent = {},
): Promise<{ status?: number; headers: IncomingMessage['headers']; body: string }> {
  const { protocol, host, hostname, pathname, search } = new URL(url);
  const options: RequestOptions = {
    ...{ host: '127.0.0.1', port: front.port, path: pathname + search, agent: false },
    ...sent,
    headers: { host, ...sent.headers },
  };
  const request =
    protocol === 'https:'
      ? httpsRequest({ ...options, servername: hostname, ca: keys.certificate } as RequestOptions)
      : httpRequest(options);
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

test.each(['http', 'https'])(
  'a request by %s reaches an entry point unchanged, and its response the client',
  async (scheme) => {
    const answer = await send(`${scheme}://lane.example.com/a%20b?c=d`, { method: 'PUT', body: 'content' });
    expect(answer).toMatchObject({ status: 201, body: 'PUT lane.example.com/a%20b?c=d content' });
    expect(answer.headers).toMatchObject({ 'x-lane': 'yes' });
  },
);

test('the target of a request has the port and the protocol of the URL', async () => {
  await send('https://lane.example.com/');
  await send('http://lane.example.com/');
  await send('http://lane.example.com:8080/');
  expect(targets).toEqual([
    { host: 'lane.example.com', port: 443, protocol: 'HTTPS', url: '/' },
    { host: 'lane.example.com', port: 80, protocol: 'HTTP', url: '/' },
    { host: 'lane.example.com', port: 8080, protocol: 'HTTP', url: '/' },
  ]);
});

test('a request to a service reaches it with the host of the URL', async () => {
  expect(await send('https://dynamodb.eu-west-1.amazonaws.com/')).toMatchObject({
    body: 'services for dynamodb.eu-west-1.amazonaws.com',
  });
});

test('a request to anything else gets an error that names it, and one log line of its caller', async () => {
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentialsOf(ROLE).accessKeyId}/20260101/us-east-1/s3/aws4_request`;
  const message = 's3.amazonaws.com: Amazon S3 does not run here. The request was not sent. Fix: use a table.';
  const body = 'x'.repeat(100_000);
  const answer = await send('https://s3.amazonaws.com/b', { method: 'PUT', headers: { authorization }, body });
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body)).toMatchObject({ message });
  await send('https://s3.amazonaws.com/b', { headers: { authorization } });
  expect(logged).toEqual([{ process: 'aws', level: 'warn', text: message, of: 'Fn' }]);
});

test('a presigned URL names its caller, too', async () => {
  const credential = encodeURIComponent(`${credentialsOf(ROLE).accessKeyId}/20260101/us-east-1/s3/aws4_request`);
  await send(`https://s3.amazonaws.com/b?X-Amz-Credential=${credential}`);
  expect(logged).toMatchObject([{ of: 'Fn' }]);
});

test('each caller and each host has a log line of its own', async () => {
  const authorization = `AWS4-HMAC-SHA256 Credential=${credentialsOf(ROLE).accessKeyId}/20260101/us-east-1/s3/aws4_request`;
  await send('http://s3.amazonaws.com/');
  await send('http://s3.amazonaws.com/', { headers: { authorization } });
  await send('http://sns.amazonaws.com/');
  expect(logged.map(({ text, of }) => [text.split(':')[0], of])).toEqual([
    ['s3.amazonaws.com', undefined],
    ['s3.amazonaws.com', 'Fn'],
    ['sns.amazonaws.com', undefined],
  ]);
});

test('a request to a host of a third party gets an error', async () => {
  const answer = await send('http://evil.example.org/');
  expect(answer.status).toBe(400);
  expect(answer.body).toContain('It is neither a host of AWS nor of this app.');
});

test('an entry point that does not answer ends the connection', async () => {
  await front.close();
  front = await Front.open({
    port: 0,
    routes: { of: () => ({ to: 'port', port: 1 }) },
    authority,
    services: () => undefined,
    callers: { functions: [], services: [] },
    log: () => undefined,
  });
  await expect(send('http://lane.example.com/')).rejects.toThrow('socket hang up');
});

test('requests of one connection are answered one after another', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const bodies = [];
  for (const path of ['/1', '/2', '/3']) {
    bodies.push((await send(`http://lane.example.com${path}`, { agent })).body);
  }
  expect(bodies).toEqual(['/1', '/2', '/3'].map((path) => `GET lane.example.com${path} `));
  agent.destroy();
});

test('a WebSocket reaches an entry point, with its data in both directions', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    socket.send('welcome');
    socket.on('message', (data) => socket.send(`echo ${data}`));
  });
  await front.close();
  front = await Front.open({
    port: 0,
    routes: { of: () => ({ to: 'port', port: (server.address() as { port: number }).port }) },
    authority,
    services: () => undefined,
    callers: { functions: [], services: [] },
    log: () => undefined,
  });
  const socket = new WebSocket(`wss://127.0.0.1:${front.port}/live`, {
    servername: 'ws.example.com',
    headers: { host: 'ws.example.com' },
    ca: keys.certificate,
  } as ClientOptions);
  const messages: string[] = [];
  const both = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      messages.push(data.toString());
      if (messages.length === 2) resolve();
    });
  });
  await once(socket, 'open');
  socket.send('hello');
  await both;
  expect(messages).toEqual(['welcome', 'echo hello']);
  socket.close();
  await once(socket, 'close');
  server.close();
});

test('the handshake of a WebSocket that is refused gets the status of the entry point', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${front.port}/`, { headers: { host: 'lane.example.com' } });
  const [, response] = await once(
    socket.on('error', () => undefined),
    'unexpected-response',
  );
  expect(response.statusCode).toBe(201);
  response.destroy();
});

test('the handshake of a WebSocket to a service that does not run here is refused', async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${front.port}/`, { headers: { host: 'iot.amazonaws.com' } });
  const [, response] = await once(
    socket.on('error', () => undefined),
    'unexpected-response',
  );
  expect(response.statusCode).toBe(400);
  response.destroy();
});

test('a client that speaks only HTTP/2 is named in the log', async () => {
  const client = connectTls({
    ...{ host: '127.0.0.1', port: front.port, servername: 'kinesis.us-east-1.amazonaws.com' },
    ...{ ca: keys.certificate, ALPNProtocols: ['h2'] },
  });
  await once(client, 'error');
  await until(() => logged.length > 0);
  expect(logged[0]?.text).toMatch(/^kinesis\.us-east-1\.amazonaws\.com: The client requires HTTP\/2/);
});

test('a connection that closes without data is forgotten', async () => {
  const client = connectTcp(front.port, '127.0.0.1');
  await once(client, 'connect');
  client.end();
  await once(client.resume(), 'close');
  expect((await send('http://lane.example.com/')).status).toBe(201);
});

/** Resolves when the condition is true, which an event of another socket makes it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
