import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import cdk from '../../../cdk.json';
import { outputOf, TYPESCRIPT } from '../processes';
import type { Contender, ServerEndpoints } from './contender';
import type { Cores } from './cores';

const PROJECT = resolve(__dirname, '../../..');

/** The line of `npm start -- --json` that contains the URLs. */
interface Ready {
  readonly event: string;
  readonly endpoints: readonly { readonly kind: 'http' | 'websocket'; readonly url: string }[];
  readonly tokenUrl: string;
}

/** The lanes of the stage `dev`, whose entry of the WebSocket lane is an API of API Gateway. */
export const twinlaneLanes: Contender = {
  label: "Twinlane's lanes, API Gateway",
  start: (cores) => startLanes('dev', cores),
};

/** The lanes of the stage `servers`, whose entry of the WebSocket lane is a load balancer with servers. */
export const twinlaneServers: Contender = {
  label: "Twinlane's lanes, servers",
  start: (cores) => startLanes('servers', cores),
};

/**
 * Runs a stage of `cdk.json` as `npm start` does. The process of the HTTP lane and its containers are on the processor of HTTP.
 * Everything else is on that of sockets: tables, queues, functions, and the load balancer and containers of WebSocket servers.
 * The measured URL is `/health`, which passes the listener, its rules, the target group and a container, and reads no table. The
 * HTTP lane also issues each socket's ticket, as on AWS. The tables are one process here, which the lanes do not share on AWS.
 */
async function startLanes(stage: 'dev' | 'servers', cores: Cores): Promise<ServerEndpoints> {
  // A folder for each stage, because both run at the same time.
  const assembly = mkdtempSync(join(tmpdir(), 'twinlane-isolation-'));
  const remove = () => rmSync(assembly, { recursive: true });
  try {
    await outputOf({
      args: [...TYPESCRIPT, 'bin/twinlane.ts'],
      env: { CDK_OUTDIR: assembly, CDK_CONTEXT_JSON: JSON.stringify({ ...cdk.context, stage }) },
    });
    const { stop, ...endpoints } = await run(assembly, cores);
    return { ...endpoints, stop: () => stop().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

async function run(assembly: string, cores: Cores): Promise<ServerEndpoints> {
  const [command = '', ...args] = cores.command('socket', [
    process.execPath,
    ...[...TYPESCRIPT, 'tools/local/main.ts', '--json', '--port', '0', '--app', assembly],
  ]);
  const runner = spawn(command, args, { cwd: PROJECT, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(runner, 'exit');
  const lines = createInterface({ input: runner.stdout });
  const ready = await new Promise<Ready>((done, fail) => {
    lines.on('line', (line) => line.startsWith('{"event":"ready"') && done(JSON.parse(line)));
    lines.on('close', () => fail(new Error('The app exited before it was ready')));
  });
  const processes = runningProcesses();
  const http = processes.find(
    ({ parent, command }) => parent === runner.pid && command.includes(join('local', 'http', 'process.ts')),
  );
  if (!http) {
    runner.kill();
    throw new Error('The process of the HTTP lane was not found');
  }
  cores.move('http', [http.pid, ...descendants(http.pid, processes)]);
  return {
    http: `${addressOf(ready, 'http')}/health`,
    socket: {
      url: addressOf(ready, 'websocket'),
      tickets: { tokens: ready.tokenUrl, mint: `${addressOf(ready, 'http')}/v1/tickets` },
    },
    async stop() {
      runner.kill('SIGINT');
      await ended;
    },
  };
}

function addressOf({ endpoints }: Ready, kind: 'http' | 'websocket'): string {
  const url = new URL(endpoints.find((endpoint) => endpoint.kind === kind)?.url ?? '');
  return `${url.protocol}//127.0.0.1:${url.port}`;
}

interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function runningProcesses(): RunningProcess[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return [...table.matchAll(/^ *(\d+) +(\d+) +(.*)$/gm)].map(([, pid, parent, command = '']) => ({
    pid: Number(pid),
    parent: Number(parent),
    command,
  }));
}

function descendants(ancestor: number, processes: readonly RunningProcess[]): number[] {
  return processes
    .filter(({ parent }) => parent === ancestor)
    .flatMap(({ pid }) => [pid, ...descendants(pid, processes)]);
}
