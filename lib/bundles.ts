import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { Code, type FunctionOptions, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { buildSync, formatMessagesSync } from 'esbuild';

const PROJECT = dirname(__dirname);

/** Source files to bundle: every function in `lambda/`, and the service for containers and for functions. */
const ENTRIES = ['lambda', 'service'].flatMap((folder) =>
  readdirSync(join(PROJECT, folder))
    .filter((file) => file.endsWith('.handler.ts') || file === 'server.ts')
    .sort()
    .map((file) => join(folder, file)),
);

export interface BundleOptions {
  /** The source file, absolute or relative to the project's folder: `lambda/connect.handler.ts`. */
  readonly entry: string;

  /**
   * Files and folders to lay beside the bundle: path in the bundle → path on disk.
   *
   * @default - none
   */
  readonly include?: Readonly<Record<string, string>>;
}

export interface BundledFunctionProps extends FunctionOptions, BundleOptions {}

/** A function on the managed Node.js runtime, from a TypeScript file that exports `handler`. */
export class BundledFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, { entry, include, ...options }: BundledFunctionProps) {
    super(scope, id, {
      ...options,
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromAsset(bundle({ entry, ...(include && { include }) })),
    });
  }
}

/** Source file → folder of its bundle. */
const bundles = new Map<string, string>();

/** Folder of all bundles. */
let outdir: string | undefined;

/**
 * Bundles a source file with all it imports into `index.js` (CommonJS, minified, for Node 20 and later).
 *
 * The first call builds all of {@link ENTRIES} in one esbuild call; a file elsewhere is built when it is asked for. The
 * output depends on nothing but the code: a comment or another folder changes no byte, so asset hashes are stable.
 * (Only a comment that esbuild takes for a licence, `@license` or with an exclamation mark, does: it is left out, but the
 * statements around it are not joined.) There are no source maps for the same reason.
 *
 * @returns the folder that holds the bundle, until the process ends. Throws esbuild's message if the source does not build.
 */
export function bundle({ entry, include = {} }: BundleOptions): string {
  const source = relative(PROJECT, resolve(PROJECT, entry));
  if (!bundles.has(source)) {
    build(ENTRIES.includes(source) ? ENTRIES : [source]);
  }
  const folder = bundles.get(source) as string;
  for (const [to, from] of Object.entries(include)) {
    cpSync(from, join(folder, to), { recursive: true });
  }
  return folder;
}

function build(sources: readonly string[]): void {
  const root = outdir ?? temporaryFolder();
  outdir = root;
  // Numbered, not named: the name of a source outside the project would lead out of the folder.
  const folders = new Map(sources.map((source, index) => [source, join(root, `${bundles.size + index}`)]));
  const { warnings } = buildSync({
    absWorkingDir: PROJECT,
    entryPoints: [...folders].map(([source, folder]) => ({ in: source, out: join(folder, 'index') })),
    outdir: root,
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
  });
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
