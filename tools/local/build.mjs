/**
 * `npm run build`: compiles the package to `dist`, or to the folder that is its first argument. Deletes the folder first.
 *
 * Each source file becomes a module of the same path, because processes are started by the paths of their modules. Files that are not
 * TypeScript are copied. Only the declarations that the API refers to are kept.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = dirname(fileURLToPath(import.meta.url));
const DIST = resolve(process.argv[2] ?? join(PACKAGE, 'dist'));
const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

/** Folders without sources of the package. */
const OTHERS = ['dist', 'examples', 'node_modules', 'test'];

/** Compiles the sources. Only emits: `npm run check:types` checks. */
function compile() {
  const config = join(PACKAGE, 'tsconfig.build.json');
  execFileSync(process.execPath, [TSC, '-p', config, '--outDir', DIST], { stdio: 'inherit' });
  chmodSync(join(DIST, 'main.js'), 0o755);
}

/** Copies the files that are not TypeScript: the runtime of functions. */
function copyOthers() {
  const folders = readdirSync(PACKAGE, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !OTHERS.includes(entry.name))
    .map(({ name }) => name);
  for (const folder of folders) {
    cpSync(join(PACKAGE, folder), join(DIST, folder), {
      recursive: true,
      filter: (path) => !path.endsWith('.ts'),
    });
  }
}

/** Deletes the declarations that no declaration of the API refers to. */
function keepDeclarationsOf(entry) {
  const modules = new Set([join(DIST, entry)]);
  for (const module of modules) {
    const text = readFileSync(`${module}.d.ts`, 'utf8');
    for (const [, imported] of text.matchAll(/\b(?:from |import\()["'](\.[^"']+)["']/g)) {
      modules.add(join(dirname(module), imported));
    }
  }
  for (const file of readdirSync(DIST, { recursive: true }).filter((path) => path.endsWith('.d.ts'))) {
    if (!modules.has(join(DIST, file.slice(0, -'.d.ts'.length)))) {
      rmSync(join(DIST, ...file.split(sep)));
    }
  }
}

rmSync(DIST, { recursive: true, force: true });
compile();
copyOthers();
keepDeclarationsOf('index');
