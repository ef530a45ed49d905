import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { answerTo, connectEcho, connectToOtherThan, oneOfEach, terminateSockets } from '../../echo-socket';
import { RunningApp } from '../../running-app';
import { socketApp } from '../../socket-app';

let app: RunningApp;

beforeAll(async () => {
  app = await RunningApp.start(socketApp());
});

afterEach(terminateSockets);
afterAll(() => app.stop());

const connected = (url = app.url('websocket')) => connectEcho(url);

/** Sends a request without an upgrade to the host for WebSockets. */
async function plainRequest(): Promise<{ status: number | undefined; reason: string | undefined; body: string }> {
  const { port } = new URL(app.url('websocket'));
  const outgoing = request({ host: '127.0.0.1', port, headers: { Host: `ws.localhost:${port}` }, agent: false }).end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: response.statusCode, reason: response.statusMessage, body: await text(response) };
}

test('a server of another kind echoes frames behind a rule for WebSockets', async () => {
  expect(await answerTo(await connected(), 'hello')).toBe('echo hello');
});

test('the listener has a URL for HTTP and one for WebSockets on the same port', () => {
  expect(new URL(app.url('websocket')).port).toBe(new URL(app.url('http')).port);
  expect(app.managementUrl()).toBe('');
});

test('a request to the host for WebSockets without an upgrade gets the fixed response', async () => {
  expect(await plainRequest()).toEqual({ status: 426, reason: 'Upgrade Required', body: 'Connect a WebSocket' });
});

test('a function in a VPC serves HTTP on the same listener, and has the local URL for WebSockets', async () => {
  const url = await (await fetch(`${app.url('http')}/page`)).text();
  expect(url).toBe(app.url('websocket'));
  expect(await answerTo(await connected(url), 'from the page')).toBe('echo from the page');
});

test('consecutive sockets are on different tasks', async () => {
  const pids = new Set<number>();
  for (const { pid } of [...(await oneOfEach(app.url('websocket'))), await connected(), await connected()]) {
    pids.add(pid);
  }
  expect(pids.size).toBe(2);
});

test('each task has an ARN of its own, and its second port is reachable at the address in its metadata', async () => {
  const [one, other] = await oneOfEach(app.url('websocket'));
  expect(one.taskArn).toMatch(/^arn:aws:ecs:eu-west-1:\d{12}:task\/sockets\/[0-9a-f]{32}$/);
  expect(other.taskArn).not.toBe(one.taskArn);
  for (const { socket, posts } of [one, other]) {
    const received = once(socket, 'message');
    expect((await fetch(posts, { method: 'POST', body: `posted to ${posts}` })).status).toBe(200);
    expect(String((await received)[0])).toBe(`posted to ${posts}`);
  }
});

test('the metadata of a container and its task have the form of ECS', async () => {
  const { metadata, taskArn } = await connected();
  const container = await (await fetch(metadata)).json();
  expect(container).toMatchObject({
    Name: 'echo',
    Labels: {
      'com.amazonaws.ecs.container-name': 'echo',
      'com.amazonaws.ecs.task-arn': taskArn,
      'com.amazonaws.ecs.task-definition-family': 'echo',
    },
    Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: ['127.0.0.1'] }],
  });
  expect(await (await fetch(`${metadata}/task`)).json()).toMatchObject({
    TaskARN: taskArn,
    Family: 'echo',
    Revision: '1',
    LaunchType: 'FARGATE',
    Containers: [container],
  });
  expect((await fetch(metadata.replace(/.$/, 'x'))).status).toBe(404);
});

test('a killed task loses only its own sockets, and another task with other ports replaces it', async () => {
  const [killed, other] = await oneOfEach(app.url('websocket'));
  const closed = once(killed.socket, 'close');
  process.kill(killed.pid, 'SIGKILL');
  expect((await closed)[0]).toBe(1006);
  expect(await answerTo(other, 'still here')).toBe('echo still here');
  const replacement = await connectToOtherThan([killed.pid, other.pid], app.url('websocket'));
  expect(replacement.posts).not.toBe(killed.posts);
  expect((await fetch(killed.metadata)).status).toBe(404);
});

test.each(['own', 'shared'] as const)(
  'an app with open sockets on its %s load balancer stops within its own limit, not after the stop timeout of its containers',
  async (loadBalancer) => {
    const second = await RunningApp.start(socketApp({ loadBalancer }));
    const { socket } = await connected(second.url('websocket'));
    const closed = once(socket, 'close');
    const began = performance.now();
    await second.stop();
    expect((await closed)[0]).toBe(1006);
    expect(second.log.some(({ text: line }) => line === 'draining')).toBe(true);
    // The limit is 5 s. The stop timeout of the containers is 115 s, and the deregistration delay an hour.
    expect(performance.now() - began).toBeLessThan(60_000);
  },
  90_000,
);
