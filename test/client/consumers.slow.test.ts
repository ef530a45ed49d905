import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, buildSync } from 'esbuild';

// A compiler needs 5 seconds of CPU time, and can share it.
jest.setTimeout(120_000);

const PROJECT = resolve(__dirname, '../..');

/** Application that has installed the package from its archive. */
let application: string;
/** Folder of the package in the application. */
let installed: string;

/** Packages that the application has, too. They are links, which the package does not see. */
const OTHERS = ['@types/react', '@types/react-dom', 'react', 'react-dom'];

/** @returns the standard output of a program. Throws an error with all of its output if it fails. */
function run(program: string, args: readonly string[], folder = application): string {
  try {
    // Without the variables of the npm that runs the tests.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
    return execFileSync(program, args, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  }
}

/** @returns a bundle, as an application makes it */
function minified(options: BuildOptions): string {
  const bundle = {
    absWorkingDir: application,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
  } as const;
  return buildSync({ ...bundle, ...options, write: false }).outputFiles?.[0]?.text ?? '';
}

beforeAll(() => {
  application = mkdtempSync(join(tmpdir(), 'twinlane-application-'));
  installed = join(application, 'node_modules/@twinlane/client');
  mkdirSync(installed, { recursive: true });
  // `.npmrc` turns scripts off, and `prepack` builds the package.
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const pack = ['pack', '--silent', '--ignore-scripts=false', '--pack-destination', application];
  const archive = run(npm, pack, join(PROJECT, 'client')).trim().split('\n').at(-1) ?? '';
  run('tar', ['-xzf', archive, '--strip-components=1', '-C', installed]);
  for (const name of OTHERS) {
    mkdirSync(dirname(join(application, 'node_modules', name)), { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules', name), join(application, 'node_modules', name), 'junction');
  }
  cpSync(join(__dirname, 'consumers'), application, { recursive: true });
  writeFileSync(join(application, 'package.json'), '{ "name": "application", "private": true }');
});

afterAll(() => rmSync(application, { recursive: true, force: true }));

/** @returns the paths of all files of the package. */
function packed(): string[] {
  return readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(installed.length + 1));
}

test('the archive contains the build, a manifest, a license and a README, and no sources or tests', () => {
  const others = packed().filter((file) => !file.startsWith('dist/'));
  expect(others.sort()).toEqual(['LICENSE', 'README.md', 'package.json']);
  expect(packed().filter((file) => !/\.(d\.mts|mjs|js|map|md|json)$|LICENSE$/.test(file))).toEqual([]);
});

test('every import in the archive is of a file in the archive, or of React', () => {
  const imports = packed()
    .filter((file) => file.endsWith('.mts') || file.endsWith('.mjs'))
    .flatMap((file) =>
      [...readFileSync(join(installed, file), 'utf8').matchAll(/\b(?:from |import\()["']([^"']+)["']/g)].map(
        ([, imported = '']) => (imported.startsWith('.') ? join(dirname(file), imported) : imported),
      ),
    );
  const files = packed().map((file) => file.replace(/\.d\.mts$/, '.mjs'));
  expect(imports.length).toBeGreaterThan(10);
  expect([...new Set(imports)].filter((imported) => !files.includes(imported))).toEqual(['react']);
});

test('every source map contains the sources', () => {
  const maps = packed().filter((file) => file.endsWith('.map'));
  expect(maps).toHaveLength(3);
  for (const file of maps) {
    const { sources, sourcesContent } = JSON.parse(readFileSync(join(installed, file), 'utf8'));
    expect(sourcesContent).toHaveLength(sources.length);
  }
});

test('the entry for React begins with the directive "use client"', () => {
  expect(readFileSync(join(installed, 'dist/react.mjs'), 'utf8')).toMatch(/^["']use client["'];\n/);
});

/** Part of the package → maximum of its bytes. The part for React contains neither React nor the client. */
const LIMITS = { index: 9_400, react: 1_200 };

test.each(Object.entries(LIMITS))('dist/%s.mjs takes less than %d bytes, minified and gzipped', (part, limit) => {
  const file = join(installed, `dist/${part}.mjs`);
  // The client is minified already.
  const text = part === 'index' ? readFileSync(file) : minified({ entryPoints: [file], external: ['react'] });
  expect(gzipSync(text, { level: 9 }).length).toBeLessThan(limit);
});

test('the client of the package passes the tests of the client', () => {
  const config = {
    rootDir: PROJECT,
    testMatch: ['<rootDir>/test/client/*.test.ts'],
    testPathIgnorePatterns: ['\\.slow\\.test\\.ts$'],
    // As in jest.config.js.
    testTimeout: 30_000,
    transform: { '\\.(ts|mjs)$': '@swc/jest' },
    transformIgnorePatterns: ['/node_modules/(?!@twinlane/client/)'],
    moduleNameMapper: { '^\\.\\./\\.\\./client$': join(installed, 'dist/index.mjs') },
  };
  run(process.execPath, [require.resolve('jest/bin/jest'), '--config', JSON.stringify(config)], PROJECT);
});

test('publint finds nothing to improve', () => {
  const output = run(process.execPath, [
    join(PROJECT, 'node_modules/publint/src/cli.js'),
    ...['run', installed, '--strict', '--pack', 'false'],
  ]);
  expect(output).toMatch(/All good/);
});

const BUNDLER = { module: 'esnext', moduleResolution: 'bundler' };

/** Compiler, its options besides those of consumers/strict.json, and the files. */
const COMPILATIONS: [name: string, compiler: string, options: object, files: string[]][] = [
  [
    '7 for a bundler',
    'node_modules',
    { ...BUNDLER, erasableSyntaxOnly: true },
    ['basic.mts', 'topics.mts', 'page.tsx'],
  ],
  ['7 for Node.js', 'node_modules', { module: 'nodenext', erasableSyntaxOnly: false }, ['basic.mts', 'basic.cts']],
  ['5.4 for a bundler', 'test/client/oldest-typescript/node_modules', BUNDLER, ['basic.mts', 'topics.mts', 'page.tsx']],
  [
    '5.4 with `moduleResolution: node`',
    'test/client/oldest-typescript/node_modules',
    { module: 'esnext', moduleResolution: 'node' },
    ['basic.mts'],
  ],
];

test.each(COMPILATIONS)('TypeScript %s compiles an application', (name, compiler, options, files) => {
  const config = join(application, `${name.replace(/\W+/g, '-')}.json`);
  writeFileSync(config, JSON.stringify({ extends: './strict.json', compilerOptions: options, files }));
  run(process.execPath, [join(PROJECT, compiler, 'typescript/bin/tsc'), '-p', config]);
});

test('esbuild bundles an application, without the parts of the package that it does not use', () => {
  const bundled = (contents: string) => minified({ stdin: { contents, resolveDir: application } }).length;
  expect(bundled("import { TwinlaneClient } from '@twinlane/client'")).toBe(0);
  expect(bundled("import { useTopic } from '@twinlane/client/react'")).toBe(0);
  expect(bundled("export * from '@twinlane/client'")).toBeGreaterThan(10_000);
});

test('Node.js imports the package in its main thread and in a worker, without a side effect', () => {
  expect(JSON.parse(run(process.execPath, ['--no-warnings', 'import.mjs']))).toEqual({
    added: [],
    status: 'idle',
    isError: true,
    sameWithRequire: true,
    inWorker: 'idle',
  });
});

test('a CommonJS module requires both entries, and renders the hooks on a server', () => {
  expect(run(process.execPath, ['--no-warnings', 'require.cjs'])).toBe('idle pending\n');
});

test('a page without a bundler loads the client as a script', () => {
  const { unpkg, jsdelivr } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  const page = createContext({});
  runInContext(readFileSync(join(installed, unpkg), 'utf8'), page);
  expect(jsdelivr).toBe(unpkg);
  expect(runInContext('typeof Twinlane.TwinlaneClient', page)).toBe('function');
});
