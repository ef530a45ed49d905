/**
 * `npm run build`: writes the package to `dist`.
 *
 * - `index.mjs` and `react.mjs`: the two entries as ES modules, with source maps that contain the sources.
 * - `twinlane.js`: the client as a script for pages, which defines `Twinlane`.
 * - `*.d.mts`: the declarations of both entries, and of the modules that they refer to.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const PACKAGE = dirname(fileURLToPath(import.meta.url));
const DIST = join(PACKAGE, 'dist');
const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

const MODULES = {
  absWorkingDir: PACKAGE,
  outdir: DIST,
  bundle: true,
  platform: 'browser',
  target: ['es2022', 'safari15', 'chrome100', 'firefox100'],
  sourcemap: true,
  logLevel: 'warning',
};

/**
 * Compiles the declarations, and copies those that the entries refer to. TypeScript resolves `./x.mjs` to `x.d.mts` in each
 * of its modes of module resolution, and `./x`, as the compiler writes it, only in some.
 */
function declare(entries) {
  const compiled = mkdtempSync(join(tmpdir(), 'twinlane-declarations-'));
  try {
    // Only emits: `npm run check:types` checks.
    const flags = '--noCheck --isolatedDeclarations false --noEmit false --emitDeclarationOnly --outDir'.split(' ');
    execFileSync(process.execPath, [TSC, '-p', PACKAGE, ...flags, compiled], { stdio: 'inherit' });
    const modules = new Set(entries);
    for (const module of modules) {
      const text = readFileSync(join(compiled, `${module}.d.ts`), 'utf8').replace(
        /\b(from |import\()(['"])(\.[^'"]+)\2/g,
        (_, before, quote, imported) => {
          modules.add(join(dirname(module), imported));
          return `${before}${quote}${imported}.mjs${quote}`;
        },
      );
      mkdirSync(dirname(join(DIST, module)), { recursive: true });
      writeFileSync(join(DIST, `${module}.d.mts`), text);
    }
  } finally {
    rmSync(compiled, { recursive: true });
  }
}

rmSync(DIST, { recursive: true, force: true });
declare(['index', 'react']);
await Promise.all([
  build({
    ...MODULES,
    entryPoints: ['index.ts', 'react.ts'],
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    // React, which the application brings.
    packages: 'external',
  }),
  build({ ...MODULES, entryPoints: { twinlane: 'index.ts' }, format: 'iife', globalName: 'Twinlane', minify: true }),
]);
