import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { type BuildOptions, type BuildResult, build, buildSync, formatMessagesSync } from 'esbuild';
import { PACKAGE } from './own-source';
import { makeReadable } from './readable';

/** Source files to bundle: every function in `lambda/` and `lambda/tasks/`, the service for containers and for functions, and the WebSocket server. */
export const ENTRIES = ['lambda', 'lambda/tasks', 'service', 'service/websocket'].flatMap((folder) =>
  readdirSync(join(PACKAGE, folder))
    .filter((file) => file.endsWith('.handler.ts') || file === 'server.ts')
    .sort()
    .map((file) => join(folder, file)),
);

export interface BundleOptions {
  /**
   * Path of the source file: absolute, or relative to the working directory of the app. The CDK CLI runs an app in the folder
   * of its `cdk.json`.
   */
  readonly entry: string;

  /**
   * Files and folders to copy next to the bundle: path in the bundle → path on disk.
   *
   * @default - none
   */
  readonly include?: Readonly<Record<string, string>>;
}

/** Options of esbuild for every bundle. */
export const BUNDLING = {
  absWorkingDir: PACKAGE,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  // CommonJS, because an ES module's import of node:http loads undici at every cold start (nodejs/node#57649).
  format: 'cjs',
  // Unused code can be removed from the ES module builds of dependencies, but not from their main builds.
  mainFields: ['module', 'main'],
  // A remaining import() would use Node's loader for ES modules, with the same problem.
  supported: { 'dynamic-import': false },
  legalComments: 'none',
  // esbuild also throws the errors that it would print.
  logLevel: 'silent',
} satisfies BuildOptions;

/** Source file → folder of its bundle. */
const bundles = new Map<string, string>();

/** Folder of all bundles. */
let outdir: string | undefined;

/**
 * Bundles all functions and the service in one esbuild call, which runs on another core while Node continues. Without this
 * call, the first call of {@link bundle} does the same synchronously.
 *
 * Throws esbuild's error if a source does not build.
 */
export async function bundleAll(): Promise<void> {
  const { options, folders } = plan(ENTRIES);
  keep(await build(options), folders);
}

/**
 * Bundles a source file with its imports into `index.js` (CommonJS, minified, for Node 20 and later).
 *
 * The first call builds all {@link ENTRIES}; other files are built on demand. The output depends only on the code: comments
 * and folders do not change it, so asset hashes are stable. (The exception is a comment that esbuild treats as a license,
 * with `@license` or an exclamation mark: esbuild removes it, but does not join the statements around it.) Source maps
 * would change with comments, so none are written. All files can be read by every user, whatever the umask is.
 *
 * @returns the folder of the bundle, which exists until the process ends. Throws esbuild's error if the source does not build.
 */
export function bundle({ entry, include = {} }: BundleOptions): string {
  const source = relative(PACKAGE, resolve(entry));
  if (!bundles.has(source)) {
    const { options, folders } = plan(ENTRIES.includes(source) ? ENTRIES : [source]);
    keep(buildSync(options), folders);
  }
  const folder = bundles.get(source) as string;
  for (const [to, from] of Object.entries(include)) {
    cpSync(from, join(folder, to), { recursive: true });
  }
  makeReadable(folder);
  return folder;
}

/** Plan of a build: esbuild's options, and the output folder of each source. */
interface Plan {
  readonly options: BuildOptions;
  readonly folders: ReadonlyMap<string, string>;
}

function plan(sources: readonly string[]): Plan {
  const root = outdir ?? temporaryFolder();
  outdir = root;
  // Folders have numbers: the relative path of a source outside the project would lead out of the root folder.
  const folders = new Map(sources.map((source, index) => [source, join(root, `${bundles.size + index}`)]));
  const options: BuildOptions = {
    ...BUNDLING,
    entryPoints: [...folders].map(([source, folder]) => ({ in: source, out: join(folder, 'index') })),
    outdir: root,
  };
  return { options, folders };
}

function keep({ warnings }: BuildResult, folders: Plan['folders']): void {
  if (warnings.length > 0) {
    console.warn(formatMessagesSync(warnings, { kind: 'warning' }).join(''));
  }
  for (const [source, folder] of folders) {
    bundles.set(source, folder);
  }
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'twinlane-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
