/**
 * `npm start`: runs the app of this folder on this machine, with its page, and beside it the server that the page compares the
 * lanes with: one process for HTTP and sockets.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Beside, loadAssembly, runCommand } from '@twinlane/local';
import { buildPage } from './build/build-page';
import { examples } from './examples';
import { pageOrigin } from './page-origin';
import { PageServer } from './page-server';

stopWithNpm();
void runCommand(process.argv, {
  name: 'npm start --',
  description: 'Runs this app on this machine, with its page: no AWS account, no Docker.',
  examples: ['npm start', 'npm start -- --watch', 'npm start --silent -- --app cdk.out --data .local --json'],
  beside: startPage,
});

/** Starts the page, if the app allows an origin to take the place of. Its port follows those of the app. */
async function startPage(assembly: string, { port }: { port: number }): Promise<Beside | undefined> {
  const blueprint = loadAssembly(assembly);
  const origin = pageOrigin(blueprint);
  if (!origin) {
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'twinlane-page-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await buildPage(folder, { comparison: await startSingleProcess() });
  const listeners = blueprint.loadBalancers.flatMap((loadBalancer) => loadBalancer.listeners);
  const entryPoints = listeners.length + blueprint.webSocketApis.length + 1;
  const page = await PageServer.start(folder, port && port + entryPoints, new URL(origin).hostname);
  return {
    origins: { [origin]: page.url },
    ready(urls) {
      page.connect(urls);
      return { links: [{ title: 'Page', key: 'pageUrl', url: page.url }], examples: examples(urls) };
    },
    stop: () => page.close(),
  };
}

/** @returns the URL of the server. It ends with this process, however that ends. */
async function startSingleProcess(): Promise<string> {
  // Ctrl-C, which a terminal sends to all of its processes, is for this one alone.
  const server = fork(join(__dirname, 'single-process/main.ts'), { detached: true });
  const [{ port }] = await once(server, 'message');
  return `http://127.0.0.1:${port}`;
}

/**
 * Stops this process when the shell in which npm runs it has ended. Such a shell passes no signal on: without this, a SIGTERM for
 * npm would leave the app running. (`exec` in the script would do, but cmd.exe on Windows has none.)
 */
function stopWithNpm(): void {
  const shell = process.ppid;
  if (process.env.npm_lifecycle_event) {
    const watching = setInterval(() => {
      if (process.ppid !== shell) {
        // Once: a second signal would stop at once what the first lets finish.
        clearInterval(watching);
        process.kill(process.pid, 'SIGTERM');
      }
    }, 250).unref();
  }
}
