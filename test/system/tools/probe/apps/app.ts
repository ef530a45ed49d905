import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import type { Servers } from '../../../../tools/probe/servers/start';

/** Folder with `node_modules` for the frameworks of Node.js, which this repository does not install. */
const FOLDERS = [process.env.FRAMEWORKS, ...(process.env.NODE_PATH ?? '').split(delimiter)].filter(Boolean) as string[];

/** A Python or Node.js that has the packages of an app; or the package that is missing. */
export type Runtime = { readonly program: string; readonly env: NodeJS.ProcessEnv } | { readonly missing: string };

/** Looks for the packages in the Python of the system, and in the first one of the path. */
export function python(...packages: readonly string[]): Runtime {
  const check = `import importlib.util, sys; print(next((n for n in sys.argv[1:] if not importlib.util.find_spec(n)), ''))`;
  const missing = ['/usr/bin/python3', 'python3'].map((program) => {
    const { status, stdout } = spawnSync(program, ['-c', check, ...packages], { encoding: 'utf8' });
    return { program, missing: status === 0 ? stdout.trim() : 'python3' };
  });
  const found = missing.find((each) => each.missing === '');
  return found
    ? { program: found.program, env: { PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' } }
    : { missing: missing[0]?.missing ?? 'python3' };
}

/** Looks for the package in the folder of the variable FRAMEWORKS, and in those of NODE_PATH. */
export function node(name: string): Runtime {
  for (const folder of FOLDERS) {
    const modules = folder.endsWith('node_modules') ? folder : join(folder, 'node_modules');
    try {
      createRequire(join(modules, '..', 'app.js')).resolve(name);
      return { program: process.execPath, env: { NODE_PATH: modules } };
    } catch {
      // It is not in this one.
    }
  }
  return { missing: name };
}

/**
 * Starts an app of this folder until the servers stop.
 *
 * @param processes number of processes that load the app. Each prints `Loaded`
 * @returns its URL, when it listens and is loaded. gunicorn listens before it loads the app
 */
export async function startApp(
  runtime: Runtime,
  args: readonly string[],
  planted: string,
  processes: number,
  servers: Servers,
): Promise<string> {
  if ('missing' in runtime) {
    throw new Error(`${runtime.missing} is not installed`);
  }
  const child = spawn(runtime.program, args, {
    cwd: __dirname,
    env: { ...process.env, ...runtime.env, PLANTED: planted },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that its workers end with it.
    detached: true,
  });
  servers.onStop(() => {
    try {
      process.kill(-(child.pid as number), 'SIGKILL');
    } catch {
      // It has ended.
    }
  });
  const output = new PassThrough();
  child.stdout.pipe(output, { end: false });
  child.stderr.pipe(output, { end: false });
  child.once('close', () => output.end());
  const printed: string[] = [];
  let url: string | undefined;
  for await (const line of createInterface({ input: output })) {
    printed.push(line);
    url ??= /(?:running on|Listening at:?) (http:\/\/127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (url && printed.filter((each) => each === 'Loaded').length === processes) {
      output.resume();
      return url;
    }
  }
  throw new Error(`${args.join(' ')} ended:\n${printed.join('\n')}`);
}
