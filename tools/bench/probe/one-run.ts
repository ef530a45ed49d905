import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { Servers } from '../../../test/tools/probe/servers/start';
import type { Report } from '../../probe/report/report';
import { TYPESCRIPT } from '../processes';
import type { Case } from './case';
import { type Judgment, judge } from './judgment';

const PROJECT = resolve(__dirname, '../../..');

/** A run of the probe against new servers. */
export interface Outcome extends Judgment {
  /** Duration of the probe. */
  readonly seconds: number;
  /** Absent if the probe printed none. */
  readonly report?: Report;
}

/** Starts the servers of the case, runs the probe as a process, and compares its report. Rejects after the signal. */
export async function oneRun({ start, expected }: Case, signal: AbortSignal): Promise<Outcome> {
  const servers = new Servers();
  try {
    const args = await start(servers);
    const began = performance.now();
    const { printed, errors } = await probe(args, signal);
    const seconds = (performance.now() - began) / 1000;
    const report = parse(printed);
    signal.throwIfAborted();
    return report
      ? { seconds, report, ...judge(report, expected) }
      : { seconds, missed: [`no report: ${errors.trim().split('\n')[0]}`], wrongFirst: [], falseFaults: [] };
  } finally {
    await servers.stop();
  }
}

async function probe(args: readonly string[], signal: AbortSignal): Promise<{ printed: string; errors: string }> {
  const child = spawn(process.execPath, [...TYPESCRIPT, 'tools/probe/main.ts', ...args, '--json'], {
    cwd: PROJECT,
    env: withoutNpm(process.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = () => child.kill('SIGKILL');
  signal.addEventListener('abort', stop);
  const [printed, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  signal.removeEventListener('abort', stop);
  return { printed, errors };
}

/** Without the options that npm took from the command line of this benchmark: the probe would look for its own there. */
function withoutNpm(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('npm_')));
}

function parse(printed: string): Report | undefined {
  try {
    return JSON.parse(printed);
  } catch {
    return undefined;
  }
}
