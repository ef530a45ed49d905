/** Entries of the WebSocket lane other than those of the contract suite: a load balancer for both lanes, and a server of another kind. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { ContainerImage } from 'aws-cdk-lib/aws-ecs';
import { buildSync } from 'esbuild';
import { WebSocket } from 'ws';
import cdk from '../../cdk.json';
import { HttpCompute } from '../../lib/http-lane/http-compute';
import type { Settings } from '../../lib/settings/settings';
import { WebSocketEntry } from '../../lib/websocket-lane/websocket-entry';
import { twinlane } from '../lib/lanes';
import { testStack } from '../lib/synthesized';
import { stageStack } from '../stack/stages';
import { emptyDirectory, synthesized } from '../support/cloud-assembly';
import { StartedRunner } from '../support/started-runner';
import { appOf, ask } from './caller';
import { Client, newTopic } from './client';
import { publish } from './publish';

jest.setTimeout(60_000);

let runner: StartedRunner;

async function start(build: Parameters<typeof synthesized>[0]): Promise<void> {
  runner = await StartedRunner.start(['--app', synthesized(build)]);
}

afterEach(() => Client.closeAll());

/** Sends a request without an upgrade to the host of the WebSocket lane. */
async function plainRequest(path: string): Promise<{ status: number | undefined; body: string }> {
  const { port } = new URL(runner.url('websocket'));
  const outgoing = request({ host: '127.0.0.1', port, path, headers: { host: 'ws.localhost' }, agent: false }).end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

describe('WebSocket servers behind the load balancer of the HTTP lane', () => {
  beforeAll(() => {
    const { http, websocket } = cdk.context.twinlane.servers.capacity;
    const capacity = { http, websocket: { ...websocket, loadBalancer: 'shared' } } as Settings['capacity'];
    return start((app) => void stageStack('servers', { capacity }, app));
  });

  afterAll(() => runner?.stop());

  test('push a message that is published over HTTP on the same port', async () => {
    const app = appOf(runner);
    expect(new URL(app.webSocketUrl).port).toBe(new URL(app.httpUrl).port);
    const topic = newTopic();
    const client = await Client.connect(app);
    await client.ask({ action: 'subscribe', topic });
    expect((await publish(app, topic, 'hello')).status).toBe(201);
    expect(await client.pushed(topic)).toMatchObject([{ data: 'hello' }]);
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

describe('a WebSocket server of another kind', () => {
  beforeAll(() =>
    start(
      (app) =>
        void twinlane(testStack(app), {
          http: { compute: HttpCompute.lambda() },
          webSocket: {
            entry: WebSocketEntry.servers({ image: echoImage(), containerPort: 8000, healthCheckPath: '/up' }),
          },
        }),
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
