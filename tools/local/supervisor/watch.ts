import { existsSync, readdirSync, readFileSync, watch as watchFolder } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { UserError } from '../user-error';

/** Milliseconds without a further change before a change is reported. Editors write a file in several steps. */
const QUIET = 150;

/** Folders without source files of any app. */
const NO_SOURCES = ['node_modules', 'cdk.out'];

/** The CDK's configuration, with the app's context and the patterns of files that are not watched. */
const CONFIGURATION = 'cdk.json';

/**
 * Calls `changed` after a source file below `folder` changed, never twice at the same time. Watches until the process ends.
 *
 * Files that match `watch.exclude` in `cdk.json` do not count, as in `cdk watch`; `cdk.json` itself always counts.
 *
 * Each folder is watched separately: the recursive watcher of Node.js would watch every file of node_modules on Linux.
 */
export function watch(folder: string, changed: () => Promise<void>): void {
  const excluded = excludedIn(folder);
  const watched = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();

  const cover = (path: string) => {
    for (const each of foldersIn(path).filter((one) => !watched.has(one))) {
      watched.add(each);
      const watcher = watchFolder(each, (_event, file) => {
        cover(folder);
        if (file && isSource(join(each, file))) {
          clearTimeout(timer);
          timer = setTimeout(() => {
            running = running.then(changed);
          }, QUIET);
        }
      });
      // The folder was deleted. If it is created again, it is watched again.
      watcher.on('error', () => watched.delete(each));
    }
  };
  cover(folder);

  /** @returns the folder, and every folder below it that can contain source files */
  function foldersIn(path: string): string[] {
    const below = readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !NO_SOURCES.includes(entry.name))
      .map(({ name }) => join(path, name))
      .filter((one) => !excluded(relative(folder, one)));
    return [path, ...below.flatMap(foldersIn)];
  }

  function isSource(path: string): boolean {
    const file = relative(folder, path);
    return file === CONFIGURATION || (/\.(ts|js|mjs|json)$/.test(file) && !excluded(file));
  }
}

/** @returns a test of paths, relative to the folder, against the patterns in the folder's `cdk.json`. Exported for its test */
export function excludedIn(folder: string): (path: string) => boolean {
  const file = join(folder, CONFIGURATION);
  const { watch: { exclude = [] } = {} } = existsSync(file) ? configurationIn(file) : {};
  const patterns = [exclude].flat().map(patternOf);
  return (path) => patterns.some((pattern) => pattern.test(path.split(sep).join('/')));
}

function configurationIn(file: string): { readonly watch?: { readonly exclude?: string | readonly string[] } } {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UserError(`${file} is not JSON: ${(error as Error).message}. Fix: correct the file.`);
  }
}

/** @param glob - `docs`, `cdk*.json`, `**` + `/*.d.ts`. Paths below a match also match */
function patternOf(glob: string): RegExp {
  const source = glob.replace(/\*\*\/|\*\*|\*|\?|[^\w]/g, (token) => {
    switch (token) {
      case '**/':
        return '(?:.*/)?';
      case '**':
        return '.*';
      case '*':
        return '[^/]*';
      case '?':
        return '[^/]';
      default:
        return `\\${token}`;
    }
  });
  return new RegExp(`^${source}(?:/|$)`);
}
