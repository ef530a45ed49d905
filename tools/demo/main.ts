/**
 * `npm start`: runs this app on this machine, with its page and the server with which the page compares the lanes: one process
 * for HTTP and WebSockets.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Beside, loadAssembly, runCommand } from '@twinlane/local';
import { writeDemoPage } from '../../lib/gateway/demo-page';
import { examples } from './examples';
import { pageOrigin } from './page-origin';
import { PageServer } from './page-server';

stopWithNpm();
void runCommand(process.argv, {
  name: 'npm start --',
  description: 'Runs this app and its page on this machine. Requires no AWS account and no Docker.',
  examples: ['npm start', 'npm start -- --watch', 'npm start --silent -- --app cdk.out --data .local --json'],
  beside: startPage,
});

/** Starts the page in place of an allowed origin, unless the app allows none. The page has the port after the ports of the app. */
async function startPage(assembly: string, { port }: { port: number }): Promise<Beside | undefined> {
  const blueprint = loadAssembly(assembly);
  const origin = pageOrigin(blueprint);
  if (!origin) {
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'twinlane-page-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  writeDemoPage(folder, { comparison: await startSingleProcess() });
  const listeners = blueprint.loadBalancers.flatMap((loadBalancer) => loadBalancer.listeners);
  const entryPoints = blueprint.distributions.length + listeners.length + blueprint.webSocketApis.length + 1;
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

/** Starts the server for comparison, which exits with this process. @returns its URL */
async function startSingleProcess(): Promise<string> {
  // Detached, because a terminal sends Ctrl-C to all its processes. Only this process must handle it.
  const server = fork(join(__dirname, 'single-process/main.ts'), { detached: true });
  const [{ port }] = await once(server, 'message');
  return `http://127.0.0.1:${port}`;
}

/**
 * Stops this process when the shell in which npm runs it has exited. The shell does not forward signals, so the app would
 * otherwise keep running after a SIGTERM for npm. (`exec` in the script would also work, but cmd.exe on Windows does not have it.)
 */
function stopWithNpm(): void {
  const shell = process.ppid;
  if (process.env.npm_lifecycle_event) {
    const watching = setInterval(() => {
      if (process.ppid !== shell) {
        // Only once, because a second signal would end the process immediately.
        clearInterval(watching);
        process.kill(process.pid, 'SIGTERM');
      }
    }, 250).unref();
  }
}
