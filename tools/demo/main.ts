/**
 * `npm start`: runs this app on this machine, with its page and the server with which the page compares the lanes: one process
 * for HTTP and WebSockets.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AssemblyOptions, type Beside, type Blueprint, loadAssembly, runCommand, type Urls } from '../local';
import { writeDemoPage } from '../../lib/gateway/demo-page';
import { examples } from './examples';
import { gatewayPage } from './gateway-page';
import { allowsOnlyItself, pageOrigin } from './page-origin';
import { PageServer } from './page-server';

stopWithNpm();
void runCommand(process.argv, {
  name: 'npm start --',
  description: 'Runs this app and its page on this machine. Requires no AWS account and no Docker.',
  examples: ['npm start', 'npm start -- --watch', 'npm start --silent -- --app cdk.out --data .local --json'],
  beside: startPage,
});

/** For an app whose gateway serves no page, as a load balancer does not. */
const NO_PAGE =
  'No page: the app allows only the origin of its gateway, which serves no page here. To have one, add another origin to allowedOrigins.';

/** Starts the page: behind the gateway if it has one, or else in place of an allowed origin. No page if the app allows none. */
async function startPage(
  assembly: string,
  { port }: { port: number },
  selected: AssemblyOptions,
): Promise<Beside | undefined> {
  const blueprint = loadAssembly(assembly, selected);
  const behindGateway = gatewayPage(blueprint);
  if (behindGateway) {
    return behindGateway.demo ? startPageBehindGateway(behindGateway.folder) : pageOfApp();
  }
  const origin = pageOrigin(blueprint);
  if (origin !== undefined) {
    return startPageInPlaceOf(origin, port && port + entryPoints(blueprint));
  }
  return allowsOnlyItself(blueprint) ? noPage() : undefined;
}

/**
 * Starts a page server behind the gateway, in place of the bucket, because it has the tokens of this run. Its responses have no
 * content security policy of the gateway, which would not allow the server for comparison.
 */
async function startPageBehindGateway(folder: string): Promise<Beside> {
  const comparison = await startSingleProcess();
  const page = await PageServer.startBehindGateway(folder);
  return {
    origins: {},
    pageUrl: page.url,
    ready(urls) {
      page.connect({ comparison, token: urls.token }, urls.http);
      return shown(urls.http, urls);
    },
    stop: () => page.close(),
  };
}

/** A page of the app itself, which the gateway serves from its bucket. */
function pageOfApp(): Beside {
  return { origins: {}, ready: (urls) => shown(urls.http, urls), stop: async () => undefined };
}

function noPage(): Beside {
  return { ...pageOfApp(), ready: (urls) => ({ ...shown(undefined, urls), notes: [NO_PAGE] }) };
}

/** Starts the page in place of an allowed origin. */
async function startPageInPlaceOf(origin: string, port: number): Promise<Beside> {
  const folder = mkdtempSync(join(tmpdir(), 'twinlane-page-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  writeDemoPage(folder, { comparison: await startSingleProcess() });
  const page = await PageServer.start(folder, port, new URL(origin).hostname);
  return {
    origins: { [origin]: page.url },
    ready(urls) {
      page.connect(urls);
      return shown(page.url, urls);
    },
    stop: () => page.close(),
  };
}

function shown(url: string | undefined, urls: Urls): ReturnType<Beside['ready']> {
  return { links: url === undefined ? [] : [{ title: 'Page', key: 'pageUrl', url }], examples: examples(urls) };
}

/** Number of ports that the app itself uses. The page has the next one. */
function entryPoints({ loadBalancers, webSocketApis, distributions }: Blueprint): number {
  const listeners = loadBalancers.flatMap((loadBalancer) => loadBalancer.listeners);
  const aws = 1;
  return distributions.length + listeners.length + webSocketApis.length + aws;
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
