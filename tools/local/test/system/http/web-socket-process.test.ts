import childProcess, { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { answerTo, connectEcho, connectToOtherThan, oneOfEach, terminateSockets } from '../../echo-socket';
import { until } from '../../http/balancer';
import { RunningApp } from '../../running-app';
import { socketApp } from '../../socket-app';

jest.setTimeout(60_000);

let assembly: string;
let app: RunningApp;
/** Every process that the runner started, in order. */
let forked: ChildProcess[];

beforeEach(async () => {
  const fork = jest.spyOn(childProcess, 'fork');
  assembly = socketApp({ loadBalancer: 'own' });
  app = await RunningApp.start(assembly);
  forked = fork.mock.results.map(({ value }) => value);
  fork.mockRestore();
});

afterEach(async () => {
  terminateSockets();
  await app.stop(true);
});

const sockets = () => app.url('websocket');

async function page(): Promise<number> {
  return (await fetch(`${app.url('http')}/page`)).status;
}

/** Kills a process of the runner. Resolves when the runner has noticed. */
async function kill(name: 'http' | 'websocket'): Promise<void> {
  const file = join(name, 'process.ts');
  forked.find(({ spawnargs }) => spawnargs.some((argument) => argument.endsWith(file)))?.kill('SIGKILL');
  await app.line(({ text }) => text.startsWith(`The ${name} process ended with SIGKILL; it starts again`));
}

async function servesAgain(name: 'http' | 'websocket'): Promise<void> {
  await app.line(({ text }) => text === `The ${name} process serves again`);
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** @returns the processes of the log lines of resources whose logical id begins with a prefix */
function processesOf(prefix: string): string[] {
  return [...new Set(app.log.filter(({ of = '' }) => of.startsWith(prefix)).map((line) => line.process))];
}

test('the lines of a load balancer for WebSockets and its servers name the process websocket, and those of the other one http', async () => {
  await connectEcho(sockets());
  terminateSockets();
  expect(await page()).toBe(200);
  await app.line(({ of = '', text }) => of.startsWith('BalancerHttps') && text.startsWith('GET / 101'));
  await app.line(({ of = '', text }) => of.startsWith('WebHttps') && text.startsWith('GET /page 200'));
  expect(['Balancer', 'Web'].map(processesOf)).toEqual([['websocket'], ['http']]);
});

test('if the process websocket is killed, its tasks end, HTTP goes on, and new tasks serve at the same URL', async () => {
  const before = await oneOfEach(sockets());
  const pids = before.map(({ pid }) => pid);
  const closed = Promise.all(before.map(({ socket }) => once(socket, 'close')));
  await kill('websocket');
  expect(await page()).toBe(200);
  expect((await closed).map(([code]) => code)).toEqual([1006, 1006]);
  await until(() => !pids.some(runs));
  await servesAgain('websocket');
  expect(await answerTo(await connectToOtherThan(pids, sockets()), 'hello')).toBe('echo hello');
  expect(await page()).toBe(200);
  expect(processesOf('Web')).toEqual(['http']);
});

test('if the process http is killed, sockets of servers stay open, and HTTP is served at the same URL again', async () => {
  const socket = await connectEcho(sockets());
  await kill('http');
  expect(await answerTo(socket, 'while HTTP is down')).toBe('echo while HTTP is down');
  await servesAgain('http');
  expect(await page()).toBe(200);
  expect(await answerTo(socket, 'still here')).toBe('echo still here');
});

test('a change of the servers replaces their tasks, and closes no connection of the other load balancer', async () => {
  const { socket, pid } = await connectEcho(sockets());
  const closed = once(socket, 'close');
  const { port } = new URL(app.url('http'));
  const connection = connect(Number(port), '127.0.0.1');
  await once(connection, 'connect');
  const ended = jest.fn();
  connection.on('close', ended);

  replace(join(assembly, 'Sockets.template.json'), '"StopTimeout": 115', '"StopTimeout": 114');
  expect(await app.reload()).toEqual([]);
  const { process: name } = await app.line(({ text }) => text === 'the WebSocket servers run the new code');
  expect(name).toBe('websocket');
  await closed;
  expect((await connectEcho(sockets())).pid).not.toBe(pid);
  expect(ended).not.toHaveBeenCalled();
  connection.destroy();
});

function replace(file: string, before: string, after: string): void {
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(before);
  writeFileSync(file, text.replace(before, after));
}
