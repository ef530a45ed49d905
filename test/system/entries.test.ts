/**
 * Entries of the WebSocket lane other than those of the contract suite: a load balancer for both lanes, with two hosts or one, public load
 * balancers behind a gateway, and a server of another kind.
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { buildSync } from 'esbuild';
import { WebSocket } from 'ws';
import { HttpCompute } from '../../lib/http-lane/http-compute';
import { WebSocketEntry } from '../../lib/websocket-lane/websocket-entry';
import { twinlane } from '../lib/lanes';
import { testStack } from '../lib/synthesized';
import { ONE_LOAD_BALANCER, SHARED_LOAD_BALANCER, stageStack } from '../stack/stages';
import { emptyDirectory, synthesized } from '../support/cloud-assembly';
import { StartedRunner } from '../support/started-runner';
import { exactly, handshakeWith } from './attacks/exact-request';
import { appOf, ask, newTicket, somebody } from './caller';
import { Client, newTopic } from './client';
import { assemblyOf } from './place';
import { publish } from './publish';

jest.setTimeout(60_000);

let runner: StartedRunner;

async function start(assembly: string): Promise<void> {
  runner = await StartedRunner.start(['--app', assembly]);
}

afterEach(() => Client.closeAll());

/** Sends a request without an upgrade to the load balancer of the WebSocket lane. */
const plainRequest = (path: string, host = 'ws.localhost') =>
  exactly(runner.url('websocket'), { path, headers: { host } });

/** Opens a connection with a new ticket. @returns the status of the response */
async function handshakeAt(path: string, host?: string): Promise<number> {
  const headers = { ...handshakeWith(await newTicket(appOf(runner), somebody())), ...(host && { host }) };
  return (await exactly(runner.url('websocket'), { path, headers })).status;
}

/** Expects a client to receive over a connection what is published over HTTP and over the connection. */
async function expectBothLanes(): Promise<void> {
  const app = appOf(runner);
  const topic = newTopic();
  const client = await Client.connect(app);
  await client.ask({ action: 'subscribe', topic });
  expect((await publish(app, topic, 'over HTTP')).status).toBe(201);
  expect(await client.ask({ action: 'publish', topic, data: 'over the socket' })).toMatchObject({ type: 'published' });
  expect(await client.pushed(topic, 2)).toMatchObject([{ data: 'over HTTP' }, { data: 'over the socket' }]);
}

describe('WebSocket servers behind the load balancer of the HTTP lane', () => {
  beforeAll(() => start(synthesized((app) => void stageStack('servers', SHARED_LOAD_BALANCER, app))));

  afterAll(() => runner?.stop());

  test('push messages that are published over HTTP on the same port', async () => {
    expect(new URL(runner.url('websocket')).port).toBe(new URL(runner.url('http')).port);
    await expectBothLanes();
  });

  test('do not receive other requests: those to their host get 426, and those to the host of the HTTP lane are served', async () => {
    for (const path of ['/', '/health', '/v1/topics/room/messages']) {
      expect(await plainRequest(path)).toEqual({ status: 426, body: 'Upgrade Required' });
    }
    expect((await ask(appOf(runner), '/v1/topics/room/messages')).status).toBe(200);
  });

  test('do not receive handshakes for the host of the HTTP lane', async () => {
    const socket = new WebSocket(runner.url('websocket'), { headers: { host: 'api.localhost' } });
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
    expect(response.resume().statusCode).toBe(404);
  });
});

describe('one load balancer with one host for both lanes', () => {
  beforeAll(() => start(synthesized((app) => void stageStack('servers', ONE_LOAD_BALANCER, app))));

  afterAll(() => runner?.stop());

  test('serves both lanes on one origin', async () => {
    const { httpUrl, webSocketUrl } = appOf(runner);
    expect(webSocketUrl).toBe(`${new URL(httpUrl).origin.replace('http', 'ws')}/socket`);
    await expectBothLanes();
  });

  test('opens connections for pages of its own origin', async () => {
    const { origin } = new URL(runner.url('http'));
    const client = await Client.connect(appOf(runner), { origin });
    expect(await client.ask({ action: 'ping' })).toMatchObject({ type: 'pong' });
  });

  test('answers requests for the path of the WebSocket that are no handshakes with 426, and other paths with the HTTP lane', async () => {
    expect(await plainRequest('/socket', 'app.localhost')).toEqual({ status: 426, body: 'Upgrade Required' });
    for (const [path, status] of [
      ['/health', 200],
      ['/', 404],
      ['/socket/', 404],
      ['/Socket', 404],
    ] as const) {
      expect([path, (await plainRequest(path, 'app.localhost')).status]).toEqual([path, status]);
    }
  });

  test('forwards handshakes to the servers only at their path', async () => {
    expect(await handshakeAt('/socket')).toBe(101);
    for (const path of [
      '/',
      '/socket/',
      '//socket',
      '/Socket',
      '/socket/@connections/x',
      '/v1/../socket',
      '/v1/tickets',
    ]) {
      const status = await handshakeAt(path);
      expect([path, [401, 404, 405].includes(status), status]).toEqual([path, true, status]);
    }
    expect(await handshakeAt('/socket?x=1')).toBe(101);
  });
});

describe.each(['gateway with public load balancer', 'gateway with public load balancers'] as const)('a %s', (name) => {
  beforeAll(() => start(assemblyOf(name)));

  afterAll(() => runner?.stop());

  test('forwards the requests of both lanes with its secret', async () => {
    await expectBothLanes();
    for (const path of ['/health', '/docs', '/openapi.json', '/asyncapi.json']) {
      expect([path, (await ask(appOf(runner), path)).status]).toEqual([path, 200]);
    }
  });
});

describe('a WebSocket server of another kind', () => {
  beforeAll(() =>
    start(
      synthesized(
        (app) =>
          void twinlane(testStack(app), {
            http: { compute: HttpCompute.lambda() },
            webSocket: {
              entry: WebSocketEntry.servers({ image: echoImage(), containerPort: 8000, healthCheckPath: '/up' }),
            },
          }),
      ),
    ),
  );

  afterAll(() => runner?.stop());

  test('echoes frames behind the rule for handshakes, without a ticket', async () => {
    const socket = new WebSocket(runner.url('websocket'));
    await once(socket, 'open');
    socket.send('hello');
    expect(String((await once(socket, 'message'))[0])).toBe('echo hello');
    socket.terminate();
  });

  test('does not receive requests that are no handshakes: they get 426', async () => {
    expect(await plainRequest('/up')).toEqual({ status: 426, body: 'Upgrade Required' });
  });
});

/** An image of `./entries/echo-server.ts`. */
function echoImage(): ContainerImage {
  const context = emptyDirectory();
  buildSync({
    entryPoints: [join(__dirname, 'entries/echo-server.ts')],
    outfile: join(context, 'index.js'),
    ...{ bundle: true, platform: 'node', format: 'cjs' },
  });
  writeFileSync(join(context, 'Dockerfile'), 'FROM node\nCOPY . .\nCMD ["node", "index.js"]\n');
  return ContainerImage.fromAsset(context, { platform: Platform.LINUX_ARM64 });
}
