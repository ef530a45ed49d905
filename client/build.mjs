/**
 * `npm run build`: writes the package to `dist`, or to the folder that is its first argument. Deletes the folder first.
 *
 * - `index.mjs`: the client as an ES module, minified. Names of internal properties are shortened, which a bundler cannot do.
 * - `react.mjs`: the hooks as an ES module, with their names, for linters and development tools.
 * - `twinlane.js`: the client as a script for pages, which defines `Twinlane`.
 * - `*.map`: source maps of these, which contain the sources.
 * - `*.d.mts`: the declarations of both entries, and of the modules that they refer to.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minify } from '@swc/core';
import { build } from 'esbuild';

const PACKAGE = dirname(fileURLToPath(import.meta.url));
const DIST = resolve(process.argv[2] ?? join(PACKAGE, 'dist'));
const TSC = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');

const MODULES = {
  absWorkingDir: PACKAGE,
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

/** @returns the text of files without comments and without the names of private members. */
function codeOf(folder, files) {
  const text = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
  return text.replace(/\/\*[^]*?\*\/|(?<!:)\/\/.*|#\w+/g, '');
}

/**
 * Names of internal properties: the names of the sources that occur neither in a declaration of the package (the protocol is
 * among them), of the language or of browsers, nor in a string. Other names of the environment are written as a string:
 * `headers['authorization']`.
 */
function internalNames() {
  const listed = execFileSync(process.execPath, [TSC, '-p', PACKAGE, '--listFilesOnly'], { encoding: 'utf8' });
  const libraries = listed.split('\n').filter((file) => /[\\/]lib\.[\w.]+\.d\.ts$/.test(file));
  const declarations = readdirSync(DIST, { recursive: true }).filter((file) => file.endsWith('.d.mts'));
  const sources = codeOf(
    PACKAGE,
    readdirSync(PACKAGE).filter((file) => file.endsWith('.ts')),
  );
  const strings = sources.match(/(['"`]).*?\1/g).join('\n');
  const namesOf = (code) => new Set(code.match(/[A-Za-z_]\w*/g));
  const taken = namesOf(codeOf('', libraries) + codeOf(DIST, declarations) + strings);
  return [...namesOf(sources)].filter((name) => !taken.has(name));
}

/** Bundles the client. esbuild shortens the names of members, which swc does not; after that, swc saves 250 bytes more. */
async function buildClient(file, format) {
  const isModule = format.format === 'esm';
  const { outputFiles } = await build({
    ...MODULES,
    ...format,
    entryPoints: ['index.ts'],
    outfile: join(DIST, file),
    minify: true,
    mangleProps: new RegExp(`^(${internalNames().join('|')})$`),
    write: false,
  });
  const [map, bundle] = outputFiles.map(({ text }) => text);
  const { code, map: minified } = await minify(bundle, {
    compress: { passes: 3, unsafe: true, sequences: false },
    mangle: { toplevel: isModule },
    module: isModule,
    sourceMap: { content: map, filename: file },
  });
  writeFileSync(join(DIST, file), `${code}\n//# sourceMappingURL=${file}.map\n`);
  writeFileSync(join(DIST, `${file}.map`), minified);
}

rmSync(DIST, { recursive: true, force: true });
declare(['index', 'react']);
await Promise.all([
  buildClient('index.mjs', { format: 'esm' }),
  buildClient('twinlane.js', { format: 'iife', globalName: 'Twinlane' }),
  // React is a package that the application brings.
  build({
    ...MODULES,
    entryPoints: ['react.ts'],
    format: 'esm',
    outdir: DIST,
    outExtension: { '.js': '.mjs' },
    packages: 'external',
  }),
]);
