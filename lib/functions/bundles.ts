import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { type BuildOptions, type BuildResult, build, buildSync, formatMessagesSync } from 'esbuild';
import { PACKAGE } from './own-source';

/** Source files to bundle: every function in `lambda/`, and the service for containers and for functions. */
export const ENTRIES = ['lambda', 'service'].flatMap((folder) =>
  readdirSync(join(PACKAGE, folder))
    .filter((file) => file.endsWith('.handler.ts') || file === 'server.ts')
    .sort()
    .map((file) => join(folder, file)),
);

export interface BundleOptions {
  /**
   * The source file: absolute, or relative to the folder that the app runs in. The CDK CLI runs an app in the folder of its
   * `cdk.json`.
   */
  readonly entry: string;

  /**
   * Files and folders to lay beside the bundle: path in the bundle → path on disk.
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
  // CommonJS: an ES module's import of node:http loads undici at every cold start (nodejs/node#57649).
  format: 'cjs',
  // The ES module builds of dependencies leave out what is not used; their main builds cannot.
  mainFields: ['module', 'main'],
  // What is left of import() would go through Node's loader of ES modules, with the same trap.
  supported: { 'dynamic-import': false },
  legalComments: 'none',
  // What esbuild would print of an error, it also throws.
  logLevel: 'silent',
} satisfies BuildOptions;

/** Source file → folder of its bundle. */
const bundles = new Map<string, string>();

/** Folder of all bundles. */
let outdir: string | undefined;

/**
 * Builds every function and the service in one esbuild call, on another core while Node goes on. Without it the first
 * {@link bundle} does the same, and waits.
 *
 * Throws esbuild's message if a source does not build.
 */
export async function bundleAll(): Promise<void> {
  const { options, folders } = plan(ENTRIES);
  keep(await build(options), folders);
}

/**
 * Bundles a source file with all it imports into `index.js` (CommonJS, minified, for Node 20 and later).
 *
 * The first call builds all of {@link ENTRIES}; a file elsewhere is built when it is asked for. The output depends on
 * nothing but the code: a comment or another folder changes no byte, so asset hashes are stable. (Only a comment that
 * esbuild takes for a licence, `@license` or with an exclamation mark, does: it is left out, but the statements around it
 * are not joined.) There are no source maps for the same reason.
 *
 * @returns the folder that holds the bundle, until the process ends. Throws esbuild's message if the source does not build.
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
  return folder;
}

/** A plan of bundles: esbuild's options, and the output of each source. */
interface Plan {
  readonly options: BuildOptions;
  readonly folders: ReadonlyMap<string, string>;
}

function plan(sources: readonly string[]): Plan {
  const root = outdir ?? temporaryFolder();
  outdir = root;
  // Numbered, not named: the name of a source outside the project would lead out of the folder.
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
