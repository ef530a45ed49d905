import { spawnSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { emptyDirectory } from '../../support/cloud-assembly';
import release from './release.json';

const PROJECT = join(__dirname, '../../..');

/** The last release, which the file `release.json` records: its version and its commit. */
export const RELEASE: { readonly version: string; readonly commit: string } = release;

/** The reason for which the sources of the last release cannot be read, with a fix; undefined if they can be read. */
export const MISSING: string | undefined =
  git(['cat-file', '-e', `${RELEASE.commit}^{commit}`]) === undefined
    ? `The commit ${RELEASE.commit.slice(0, 8)} of release ${RELEASE.version} is not in this copy of the repository. Fix: run git fetch --unshallow --tags in a clone.`
    : undefined;

/** @returns the path of a copy of the last release in a temporary folder. It uses the packages of this version. */
export function sourcesOfRelease(): string {
  const folder = emptyDirectory();
  // An index of its own: the one of the repository, and its work tree, remain unchanged.
  const index = { GIT_INDEX_FILE: join(emptyDirectory(), 'index') };
  for (const args of [
    ['read-tree', RELEASE.commit],
    ['checkout-index', '--all', `--prefix=${folder}/`],
  ]) {
    if (git(args, index) === undefined) {
      throw new Error(`git ${args.join(' ')} failed`);
    }
  }
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** @returns the release of the last tag before the current commit; undefined if there is none */
export function lastTagged(): typeof RELEASE | undefined {
  const tag = git(['describe', '--tags', '--match', 'v[0-9]*', '--abbrev=0', 'HEAD^']);
  const commit = tag && git(['rev-parse', `refs/tags/${tag}^{commit}`]);
  return tag && commit ? { version: tag.slice(1), commit } : undefined;
}

/** @returns the output of git; undefined if it fails, and if git is not installed */
function git(args: readonly string[], variables: Record<string, string> = {}): string | undefined {
  const { status, stdout } = spawnSync('git', args, {
    cwd: PROJECT,
    env: { ...process.env, ...variables },
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : undefined;
}
