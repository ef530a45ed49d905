import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { synthesized } from '../support/cloud-assembly';
import { listeningAddresses } from '../support/listening-addresses';
import { descendants, ended, type RunningProcess } from '../support/processes';
import type { Printed } from '../support/started-runner';
import { stageStack } from '../stack/stages';

/** URL of a host name on this machine, which is `localhost` if the system does not resolve names below it. */
const local = (scheme: string, name: string, path = '') =>
  expect.stringMatching(new RegExp(`^${scheme}://(${name}\\.)?localhost:\\d+${path}$`));

const TOKEN = { kind: 'token', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/.*token$/) };

const LANES = [
  { kind: 'http', url: local('http', 'api') },
  { kind: 'websocket', url: local('ws', 'ws') },
];

/** The gateway is the first entry point of each kind. */
const GATEWAY = [
  { kind: 'http', url: local('http', 'app') },
  { kind: 'http', url: local('http', 'api') },
  { kind: 'websocket', url: local('ws', 'app', '/socket') },
  { kind: 'websocket', url: local('ws', 'ws', '/socket') },
];

describe.each([
  ['dev', LANES],
  ['servers', LANES],
  ['gateway', GATEWAY],
])('the stage %s:', (stage, lanes) => {
  let npm: ReturnType<typeof spawn>;
  let ready: Printed;
  let started: readonly RunningProcess[];
  let addresses: readonly string[];

  beforeAll(async () => {
    const assembly = synthesized((app) => void stageStack(stage, {}, app));
    const child = spawn('npm', ['run', 'start', ...['--silent', '--', '--json', '--port', '0', '--app', assembly]], {
      cwd: resolve(__dirname, '../..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    npm = child;
    for await (const line of createInterface({ input: child.stdout })) {
      ready = JSON.parse(line);
      if (ready.event === 'ready') {
        break;
      }
    }
    started = descendants(npm.pid ?? 0);
    addresses = listeningAddresses(started);
  }, 60_000);

  afterAll(() => npm.kill('SIGTERM'));

  test('npm start prints the URLs of both lanes, of the token endpoint and of the page', async () => {
    expect(ready.endpoints).toMatchObject([...lanes, TOKEN]);
    expect(ready.pageUrl).toEqual(local('http', 'app'));
    // The page has the origin of the gateway, if there is one.
    expect(ready.pageUrl === ready.endpoints?.[0]?.url).toBe(stage === 'gateway');
  });

  test('the processes of npm start listen only on loopback addresses', () => {
    // The load balancer, the WebSocket API or another load balancer, two tasks, the AWS endpoint, the page, and the server for comparison.
    expect(addresses.length).toBeGreaterThanOrEqual(7);
    expect(addresses.filter((address) => !['127.0.0.1', '[::1]'].includes(address))).toEqual([]);
  });

  test('all processes of npm start end when npm receives SIGTERM, which its shell does not forward', async () => {
    // The shell, the runner and its processes, and the server for comparison.
    expect(started.length).toBeGreaterThanOrEqual(7);
    npm.kill('SIGTERM');
    await ended([...started, { pid: npm.pid ?? 0 }]);
  }, 60_000);
});
