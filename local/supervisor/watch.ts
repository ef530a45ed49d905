import { watch as watchFolder } from 'node:fs';
import { sep } from 'node:path';

/** Editors write a file in several steps: a change is one when nothing followed for so many milliseconds. */
const QUIET = 150;

/** What a synthesis writes, and what no source is in. */
const IGNORED = ['node_modules', 'cdk.out', '.git', 'test', 'docs'];

/** Calls `changed` after a source below `folder` changed, never twice at the same time. Watches until the process ends. */
export function watch(folder: string, changed: () => Promise<void>): void {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  watchFolder(folder, { recursive: true }, (_event, file) => {
    if (!file || IGNORED.includes(file.split(sep)[0] ?? '') || !/\.(ts|js|json)$/.test(file)) {
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(changed);
    }, QUIET);
  });
}
