import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { TYPESCRIPT } from '../processes';

const PROJECT = resolve(__dirname, '../../..');

/** The app and its page, as `npm start` runs them. */
export interface LocalApp {
  /** Port of the HTTP lane on 127.0.0.1. */
  readonly port: number;
  readonly pageUrl: string;
  stop(): Promise<void>;
}

/** The line of `npm start -- --json` that contains the URLs. */
interface Ready {
  readonly endpoints: readonly { readonly kind: 'http' | 'websocket'; readonly url: string }[];
  readonly pageUrl: string;
}

export async function startLocalApp(): Promise<LocalApp> {
  const runner = spawn(process.execPath, [...TYPESCRIPT, 'tools/demo/main.ts', '--json', '--port', '0'], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(runner, 'exit');
  const lines = createInterface({ input: runner.stdout });
  const { endpoints, pageUrl } = await new Promise<Ready>((done, fail) => {
    lines.on('line', (line) => line.startsWith('{"event":"ready"') && done(JSON.parse(line)));
    lines.on('close', () => fail(new Error('The app exited before it was ready')));
  });
  const api = new URL(endpoints.find(({ kind }) => kind === 'http')?.url ?? '');
  return {
    port: Number(api.port),
    pageUrl,
    async stop() {
      runner.kill('SIGINT');
      await ended;
    },
  };
}
