import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { TYPESCRIPT } from '../processes';

const PROJECT = resolve(__dirname, '../../..');

/** The app and its page, as `npm start` runs them. */
export interface LocalApp {
  /** URL of the HTTP lane, or of the gateway in front of it. */
  readonly httpUrl: string;
  /** Its port on 127.0.0.1. */
  readonly port: number;
  readonly pageUrl: string;
  stop(): Promise<void>;
}

/** The line of `npm start -- --json` that contains the URLs. */
interface Ready {
  readonly endpoints: readonly { readonly kind: 'http' | 'websocket'; readonly url: string }[];
  readonly pageUrl: string;
}

/** @param stage - a stage of cdk.json */
export async function startLocalApp(stage: string): Promise<LocalApp> {
  const command = ['tools/demo/main.ts', '--json', '--port', '0', '-c', `stage=${stage}`];
  const runner = spawn(process.execPath, [...TYPESCRIPT, ...command], {
    cwd: PROJECT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(runner, 'exit');
  const lines = createInterface({ input: runner.stdout });
  const { endpoints, pageUrl } = await new Promise<Ready>((done, fail) => {
    lines.on('line', (line) => line.startsWith('{"event":"ready"') && done(JSON.parse(line)));
    lines.on('close', () => fail(new Error('The app exited before it was ready')));
  });
  const httpUrl = endpoints.find(({ kind }) => kind === 'http')?.url ?? '';
  return {
    httpUrl,
    port: Number(new URL(httpUrl).port),
    pageUrl,
    async stop() {
      runner.kill('SIGINT');
      await ended;
    },
  };
}
