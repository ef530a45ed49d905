import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ContainerBlueprint, ServiceBlueprint, TargetGroupBlueprint } from '../../../blueprint';
import { LoadBalancers } from '../../../http/load-balancers';
import { backoffMs } from '../../../http/service/backoff';
import type { LogLine } from '../../../log-line';
import { groupBlueprint, listenerBlueprint, loadBalancerBlueprint, until } from '../../http/balancer';
import { PLACE } from '../../place';

const SERVER = `
let unhealthy = false;
const server = require('node:http').createServer((request, response) => {
  if (request.url === '/crash') { process.exit(3); }
  if (request.url === '/fail-checks') { unhealthy = true; }
  if (request.url === '/health' && unhealthy) { response.statusCode = 500; }
  if (request.url === '/environment') { return response.end(JSON.stringify(process.env)); }
  if (request.url === '/slow') { console.log('requested'); return setTimeout(() => response.end(String(process.pid)), 100); }
  response.end(String(process.pid));
}).on('upgrade', (request, socket) => {
  socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n\\r\\n');
}).listen(process.env.PORT);
console.log('listening');
console.error('a warning');
process.on('SIGTERM', () => { console.log('draining'); if (process.env.IGNORE_SIGTERM !== 'yes') { process.exit(0); } });
`;

let folder = '';
let lane: LoadBalancers | undefined;
let log: Omit<LogLine, 'time' | 'process'>[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'service-'));
  writeFileSync(join(folder, 'index.js'), SERVER);
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  log = [];
});
afterEach(async () => {
  await lane?.close();
  lane = undefined;
});

const group = groupBlueprint({ healthCheck: { ...groupBlueprint().healthCheck, enabled: true, intervalSeconds: 5 } });

function blueprint(
  container: Partial<ContainerBlueprint> = {},
  minTasks = 2,
  healthCheck: TargetGroupBlueprint['healthCheck'] = group.healthCheck,
  attributes: TargetGroupBlueprint['attributes'] = group.attributes,
) {
  const service: ServiceBlueprint = {
    ...PLACE,
    logicalId: 'Service',
    name: 'service',
    arn: 'arn:aws:ecs:us-east-1:000000000000:service/cluster/service',
    minTasks,
    taskDefinitionArn: 'arn:aws:ecs:us-east-1:000000000000:task-definition/web:7',
    taskRoleArn: 'arn:role',
    containers: [
      {
        name: 'Web',
        workingDirectory: '/',
        directory: folder,
        command: ['node', 'index.js'],
        environment: { PORT: '8080' },
        ports: [],
        stopTimeoutSeconds: 5,
        ...container,
      },
    ],
    targets: [{ targetGroupArn: group.arn, containerName: 'Web', containerPort: 8080 }],
  };
  return {
    loadBalancers: [
      loadBalancerBlueprint(listenerBlueprint({ targetGroups: [{ ...group, healthCheck, attributes }] })),
    ],
    services: [service],
  };
}

const BACKEND = `require('node:http').createServer((request, response) => response.end('from the backend')).listen(9000);`;

const PROXY = `require('node:http').createServer(async (request, response) => {
  response.end(await (await fetch('http://localhost:9000/')).text());
}).listen(8080);`;

async function startBlueprint(given: ReturnType<typeof blueprint>): Promise<LoadBalancers> {
  lane = await LoadBalancers.start({
    blueprint: given,
    ports: {},
    environment: ({ environment }) => ({ ...environment, AWS_REGION: 'here' }),
    invoke: () => Promise.reject(new Error('no function here')),
    log: (line) => log.push(line),
  });
  return lane;
}

async function start(
  container?: Partial<ContainerBlueprint>,
  minTasks?: number,
  healthCheck?: TargetGroupBlueprint['healthCheck'],
  attributes?: TargetGroupBlueprint['attributes'],
): Promise<LoadBalancers> {
  return startBlueprint(blueprint(container, minTasks, healthCheck, attributes));
}

function get(path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${lane?.ports.get('Listener')}${path}`);
}

const logged = (text: string | RegExp) =>
  log.some((line) => (typeof text === 'string' ? line.text === text : text.test(line.text)));

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a service runs its minimum number of tasks as processes, which share the requests', async () => {
  const { pids } = await start();
  expect(pids.length).toBe(2);
  const answers = new Set<number>();
  for (let n = 0; n < 4; n += 1) {
    answers.add(Number(await (await get('/')).text()));
  }
  expect(answers).toEqual(new Set(pids));
});

test("a container has the template's environment with a local port, and inherits only PATH from this process", async () => {
  process.env.SECRET_OF_THE_RUNNER = 'x';
  await start({ environment: { PORT: '8080', NAME: 'value' } }, 1);
  const { PORT, PATH, ...rest } = (await (await get('/environment')).json()) as Record<string, string>;
  delete process.env.SECRET_OF_THE_RUNNER;
  expect(Number(PORT)).not.toBe(8080);
  expect(PATH).toBe(process.env.PATH);
  expect(rest).toEqual({
    NAME: 'value',
    AWS_REGION: 'here',
    HOME: expect.stringMatching(/twinlane-container-/),
    HOST: '127.0.0.1',
    NODE_OPTIONS: expect.stringMatching(/^--require ".+listen\.js"$/),
    TWINLANE_TASK_PORTS: JSON.stringify({ 8080: Number(PORT) }),
    ECS_CONTAINER_METADATA_URI_V4: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v4\/[\w-]+$/),
  });
});

test('the output of a container is written to the log', async () => {
  await start(undefined, 1);
  await until(() => logged('listening') && logged('a warning'));
  expect(log.find(({ text }) => text === 'listening')).toEqual({
    level: 'info',
    text: 'listening',
    of: 'Service',
  });
  expect(log.find(({ text }) => text === 'a warning')?.level).toBe('warn');
});

test('a task that crashes is replaced, with one log line', async () => {
  const { pids } = await start(undefined, 1);
  expect((await get('/crash')).status).toBe(502);
  await until(() => log.filter(({ text }) => text.includes('is healthy')).length === 2);
  expect(Number(await (await get('/')).text())).not.toBe(pids[0]);
  expect(
    log.filter(({ text }) => /^a task ended \(Web: exit code 3: a warning\); another starts in 0.25 s$/.test(text))
      .length,
  ).toBe(1);
});

test('a task that becomes unhealthy is replaced', async () => {
  const { pids } = await start(undefined, 1, { ...group.healthCheck, intervalSeconds: 0.2 });
  await get('/fail-checks');
  await until(() => logged('a task ended (it answered /health with 500, not 200); another starts in 0.25 s'));
  await until(() => log.filter(({ text }) => text.includes('is healthy')).length === 2);
  expect(Number(await (await get('/')).text())).not.toBe(pids[0]);
});

test('a task that is killed does not interrupt the others', async () => {
  const { pids } = await start();
  process.kill(Number(pids[0]), 'SIGKILL');
  await until(() => logged(/^a task ended \(Web: SIGKILL: a warning\)/));
  for (let n = 0; n < 4; n += 1) {
    expect(await (await get('/')).text()).toBe(String(pids[1]));
  }
});

test('a service whose command cannot start does not stop the lane from starting, and requests get 503', async () => {
  await start({ command: ['no-such-program'] }, 1);
  expect(logged(/^a task ended \(Web: spawn no-such-program ENOENT\)/)).toBe(true);
  expect((await get('/')).status).toBe(503);
});

test('the delay before a replacement doubles each time, up to 15 s', () => {
  expect([0, 1, 2, 5, 6, 50].map(backoffMs)).toEqual([250, 500, 1000, 8000, 15_000, 15_000]);
});

test('an open request finishes when the lane closes, then the tasks get SIGTERM', async () => {
  const { pids } = await start(undefined, 1);
  const slow = get('/slow');
  await until(() => logged('requested'));
  await lane?.close();
  expect(await (await slow).text()).toBe(String(pids[0]));
  expect(logged('draining')).toBe(true);
  expect(pids.some(runs)).toBe(false);
});

test('a task that does not end on SIGTERM is killed after its stop timeout', async () => {
  const { pids } = await start({ stopTimeoutSeconds: 0.05, environment: { PORT: '8080', IGNORE_SIGTERM: 'yes' } }, 1);
  await lane?.close();
  expect(logged('draining')).toBe(true);
  expect(pids.some(runs)).toBe(false);
});

test('a task that does not end on SIGTERM is killed after the limit of the app, if that is shorter', async () => {
  const { pids } = await start({ stopTimeoutSeconds: 3600, environment: { PORT: '8080', IGNORE_SIGTERM: 'yes' } }, 1);
  await lane?.close(50);
  expect(logged('draining')).toBe(true);
  expect(pids.some(runs)).toBe(false);
});

/** @returns the connection of an open WebSocket */
async function openWebSocket(): Promise<Socket> {
  const socket = connect(lane?.ports.get('Listener') ?? 0, '127.0.0.1');
  socket.write('GET /socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1\.1 101 /);
  return socket;
}

test('the app stops while an unhealthy task with an open WebSocket is being deregistered', async () => {
  const attributes = { 'deregistration_delay.timeout_seconds': '3600' };
  const { pids } = await start(undefined, 1, { ...group.healthCheck, intervalSeconds: 0.2 }, attributes);
  const closed = once(await openWebSocket(), 'close');
  await get('/fail-checks');
  await until(() => logged(/^a task ended \(it answered \/health with 500/));
  expect(pids.some(runs)).toBe(true);
  await lane?.close(50);
  await closed;
  expect(pids.some(runs)).toBe(false);
});

/** @returns a port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

test('several tasks run with a port that is in no variable', async () => {
  const hardCoded = SERVER.replace('process.env.PORT', '8080');
  const { pids } = await start({ environment: {}, command: ['node', '-e', hardCoded] });
  expect(pids.length).toBe(2);
  const answers = [await (await get('/')).text(), await (await get('/')).text()];
  expect(answers.map(Number).toSorted()).toEqual(pids.toSorted());
});

test('several ports of a container are moved, each to its own', async () => {
  await start({ ports: [8080, 8081], environment: { PORT: '8080', OTHER: '8081' } }, 1);
  const { PORT, OTHER } = (await (await get('/environment')).json()) as Record<string, string>;
  expect([PORT, OTHER]).toEqual([expect.not.stringMatching('8080'), expect.not.stringMatching('8081')]);
  expect(PORT).not.toBe(OTHER);
});

test.each([
  [
    { cannotRun: 'its image comes from a registry' },
    /^the container Web does not run here: its image comes from a registry$/,
  ],
  [{ command: [] }, /^the container Web does not run here: neither the task definition nor its Dockerfile/],
])('the log names a container that cannot run, with the reason', async (container, text) => {
  const { pids } = await start(container);
  expect(pids).toEqual([]);
  expect(logged(text)).toBe(true);
  expect(lane?.problems).toEqual([expect.stringMatching(/^Service: the container Web does not run here: /)]);
  expect((await get('/')).status).toBe(503);
});

test('a container that cannot run beside the one behind the load balancer is no problem', async () => {
  const { services, ...others } = blueprint();
  const agent = { ...services[0]?.containers[0], name: 'Agent', cannotRun: 'its image comes from a registry' };
  const withAgent = services.map((service) => ({
    ...service,
    containers: [...service.containers, agent as ContainerBlueprint],
  }));
  await startBlueprint({ ...others, services: withAgent });
  expect(lane?.problems).toEqual([]);
  expect((await get('/')).status).toBe(200);
});

test('a service that does not become healthy is a problem, with the last error of its container', async () => {
  await start({ command: ['node', '-e', 'require("./absent")'] }, 1);
  expect(lane?.problems).toEqual([
    "Service: no task is healthy: Web: exit code 1: Error: Cannot find module './absent'",
  ]);
});

test('a service that fails its health check is a problem, with the answer', async () => {
  await start(undefined, 1, { ...group.healthCheck, intervalSeconds: 1, matcher: '204' });
  expect(lane?.problems).toEqual(['Service: no task is healthy: it answered /health with 200, not 204']);
});

test('a service without a load balancer whose task ends at once is a problem', async () => {
  const { services, loadBalancers } = blueprint({ command: ['node', '-e', 'process.exit(4)'] }, 1);
  await startBlueprint({ loadBalancers, services: services.map((service) => ({ ...service, targets: [] })) });
  expect(lane?.problems).toEqual(['Service: no task is healthy: Web: exit code 4']);
});

test('tasks that end for the same reason again and again are logged once', async () => {
  const marker = join(folder, 'starts');
  await start(
    { command: ['node', '-e', `require('fs').appendFileSync(${JSON.stringify(marker)}, 'x'); process.exit(5)`] },
    1,
  );
  await until(() => readFileSync(marker, 'utf8').length === 3);
  expect(log.filter(({ text }) => text.startsWith('a task ended')).length).toBe(1);
});

test('servers of a container listen on loopback only, also on ports without a mapping', async () => {
  const port = await freePort();
  const server = `
    const net = require('node:net').createServer().listen(${port}, '0.0.0.0', () => {
      const address = net.address().address;
      require('node:http').createServer((request, response) => response.end(address)).listen({ port: 8080, host: '::' });
    });`;
  await start({ environment: {}, command: ['node', '-e', server] }, 1);
  expect(await (await get('/')).text()).toBe('127.0.0.1');
});

test('a container reaches another one of its task at localhost and the port of the template', async () => {
  const { services, ...others } = blueprint({ environment: {}, command: ['node', '-e', PROXY] }, 2);
  const backend = { ...services[0]?.containers[0], name: 'Backend', ports: [9000], command: ['node', '-e', BACKEND] };
  await startBlueprint({
    ...others,
    services: services.map((service) => ({
      ...service,
      containers: [...service.containers, backend as ContainerBlueprint],
    })),
  });
  expect(await (await get('/')).text()).toBe('from the backend');
});

test('no container outlives the process of the lane when that is killed', async () => {
  const script = join(folder, 'lane.js');
  const local = join(__dirname, '../../..');
  const options = JSON.stringify({ blueprint: blueprint(), ports: {} });
  writeFileSync(
    script,
    `require(${JSON.stringify(join(local, 'typescript.js'))});
     const { LoadBalancers } = require(${JSON.stringify(join(local, 'http/load-balancers.ts'))});
     LoadBalancers.start({ ...${options}, environment: ({ environment }) => environment, invoke() {}, log() {} })
       .then(({ pids }) => process.send(pids));`,
  );
  const process = fork(script, { cwd: local });
  const [pids] = (await once(process, 'message')) as [number[]];
  expect(pids.filter(runs).length).toBe(2);
  process.kill('SIGKILL');
  await until(() => !pids.some(runs));
});

test('actions and conditions that are not emulated are logged once each', async () => {
  const base = blueprint().loadBalancers[0];
  const authenticate = { Type: 'authenticate-oidc', Order: 1 };
  const rules = [
    { conditions: [{ Field: 'moon' }], actions: [authenticate] },
    { conditions: [], actions: [authenticate] },
  ];
  lane = await LoadBalancers.start({
    blueprint: { loadBalancers: base ? [{ ...base, listeners: [listenerBlueprint({ rules })] }] : [], services: [] },
    ports: {},
    environment: () => ({}),
    invoke: () => Promise.reject(new Error('no function here')),
    log: (line) => log.push(line),
  });
  expect(log.map(({ text }) => text)).toEqual([
    'the action authenticate-oidc is not emulated. Requests continue as if it had allowed them',
    'the condition moon is not emulated. No request matches it',
  ]);
});

test('a port that is in use is an error, and no process keeps running', async () => {
  const first = await start(undefined, 1);
  const taken = first.ports.get('Listener') ?? 0;
  await expect(
    LoadBalancers.start({
      blueprint: blueprint(),
      ports: { Listener: taken },
      environment: ({ environment }) => environment,
      invoke: () => Promise.reject(new Error('no function here')),
      log: () => undefined,
    }),
  ).rejects.toThrow(`EADDRINUSE: address already in use 127.0.0.1:${taken}`);
});
