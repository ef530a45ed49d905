/** `npm run check:sizes`: how large is the client, and how large are other libraries for the same purpose? */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { commandNamed } from '../cli';

const PROJECT = dirname(dirname(__dirname));

/** Package → a program that connects and subscribes to a topic. */
const PROGRAMS: Readonly<Record<string, string>> = {
  '@twinlane/client': `import { TwinlaneClient } from '@twinlane/client';
    new TwinlaneClient({ httpUrl: 'https://a', webSocketUrl: 'wss://a' }).subscribe('a', console.log);`,
  ably: "import { Realtime } from 'ably'; new Realtime('key').channels.get('a').subscribe(console.log);",
  'ably/modular': `import { BaseRealtime, FetchRequest, WebSocketTransport } from 'ably/modular';
    new BaseRealtime({ key: 'key', plugins: { FetchRequest, WebSocketTransport } }).channels.get('a').subscribe(console.log);`,
  centrifuge: `import { Centrifuge } from 'centrifuge';
    const client = new Centrifuge('wss://a'); client.newSubscription('a').on('publication', console.log).subscribe(); client.connect();`,
  'pusher-js':
    "import Pusher from 'pusher-js'; new Pusher('key', { cluster: 'eu' }).subscribe('a').bind('event', console.log);",
  'socket.io-client': "import { io } from 'socket.io-client'; io('https://a').on('event', console.log);",
};

interface Size {
  readonly library: string;
  readonly version: string;
  /** Bytes of the bundled program, minified and gzipped. */
  readonly bytes: number;
}

async function sizeOf(library: string, program: string, folder: string): Promise<Size> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: folder },
    ...{ bundle: true, minify: true, format: 'esm', platform: 'browser', write: false, logLevel: 'error' },
  });
  const name = library.startsWith('@') ? library : library.split('/')[0];
  const { version } = JSON.parse(readFileSync(join(folder, `node_modules/${name}/package.json`), 'utf8'));
  return { library, version, bytes: gzipSync(outputFiles[0]?.contents ?? '').length };
}

async function main(): Promise<void> {
  const { json } = commandNamed('npm run check:sizes --')
    .description(
      'Bundles a program that subscribes to a topic with @twinlane/client, and the same with other libraries from the npm registry, and prints their sizes, minified and gzipped. Takes about a minute.',
    )
    .option('--json', 'print a list: [{"library", "version", "bytes"}]')
    .parse()
    .opts<{ json?: boolean }>();
  const run = promisify(execFile);
  const folder = mkdtempSync(join(tmpdir(), 'twinlane-sizes-'));
  try {
    const pack = ['pack', '--silent', '--ignore-scripts=false', '--pack-destination', folder];
    const { stdout } = await run('npm', pack, { cwd: join(PROJECT, 'client') });
    writeFileSync(join(folder, 'package.json'), '{ "name": "sizes", "private": true }');
    const others = ['ably', 'centrifuge', 'pusher-js', 'socket.io-client'];
    const archive = join(folder, stdout.trim().split('\n').at(-1) ?? '');
    await run(
      'npm',
      ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps', archive, ...others],
      {
        cwd: folder,
      },
    );
    const sizes = await Promise.all(
      Object.entries(PROGRAMS).map(([library, program]) => sizeOf(library, program, folder)),
    );
    console.log(
      json
        ? JSON.stringify(sizes)
        : sizes.map(({ library, version, bytes }) => `${`${library} ${version}`.padEnd(28)} ${bytes} bytes`).join('\n'),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
