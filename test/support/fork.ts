import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { emptyDirectory } from './cloud-assembly';
import { textOfCdk } from './example-project';

const PROJECT = join(__dirname, '../..');

/** Files and folders of the project that an app needs. */
const SOURCES = [
  ...['bin', 'client/backoff.ts', 'client/protocol.ts', 'lambda', 'lib', 'service', 'tools'],
  ...['.swcrc', 'knip.json', 'package.json', 'tsconfig.json'],
];

/** Folders that a build or an installation makes, which a clone does not have. */
const MADE = new Set(['dist', 'node_modules']);

/** @returns the path of a copy of the app in a temporary folder, with the stages that the tests are about. It uses the packages of the project. */
export function forkOfProject(): string {
  const folder = emptyDirectory();
  for (const source of SOURCES) {
    cpSync(join(PROJECT, source), join(folder, source), {
      recursive: true,
      filter: (path) => !MADE.has(basename(path)),
    });
  }
  writeFileSync(join(folder, 'cdk.json'), textOfCdk());
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}
