import { readdirSync, watch as watchFolder } from 'node:fs';
import { join } from 'node:path';

/** Editors write a file in several steps: a change is one when nothing followed for so many milliseconds. */
const QUIET = 150;

/** What a synthesis writes, and what no source is in. */
const IGNORED = ['node_modules', 'cdk.out', 'test', 'docs'];

/**
 * Calls `changed` after a source below `folder` changed, never twice at the same time. Watches until the process ends.
 *
 * Each folder is watched by itself: Node's own recursion would watch every file of node_modules on Linux.
 */
export function watch(folder: string, changed: () => Promise<void>): void {
  const watched = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();

  const cover = (path: string) => {
    for (const each of foldersIn(path).filter((one) => !watched.has(one))) {
      watched.add(each);
      const watcher = watchFolder(each, (_event, file) => {
        cover(folder);
        if (file && /\.(ts|js|mjs|json)$/.test(file)) {
          clearTimeout(timer);
          timer = setTimeout(() => {
            running = running.then(changed);
          }, QUIET);
        }
      });
      // The folder has gone; if it comes back it is watched again.
      watcher.on('error', () => watched.delete(each));
    }
  };
  cover(folder);
}

/** @returns the folder, and every folder below it that can hold sources. */
function foldersIn(folder: string): string[] {
  const below = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !IGNORED.includes(entry.name))
    .flatMap(({ name }) => foldersIn(join(folder, name)));
  return [folder, ...below];
}
