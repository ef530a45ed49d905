/**
 * `npm run check:client`: does the client's package work with the compilers, bundlers and versions of Node.js that applications
 * use? Packs it, installs it from the npm registry's packages into a fresh application, and prints a table.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { commandNamed } from '../cli';
import { install, pack, type PackageCheck, perform } from './package-checks';

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

/** Resolutions that a version of TypeScript has, with the files of the application that it can compile. */
function compilations(version: string, typed: readonly string[]): PackageCheck[] {
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

function checks(archive: string, typed: readonly string[]): PackageCheck[] {
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
  const wanted = ({ name }: PackageCheck) =>
    command.args.length === 0 || command.args.some((text) => name.includes(text));
  const folder = mkdtempSync(join(tmpdir(), 'twinlane-client-'));
  try {
    console.error('packing');
    const archive = await pack('client', folder);
    console.error('installing');
    cpSync(SOURCES, folder, { recursive: true });
    await install(folder, ['--legacy-peer-deps', archive, ...PACKAGES], { node: NODE, typescript: TYPESCRIPT });
    const typed = ['topics.mts', 'page.tsx'];
    await perform(checks(archive, typed).filter(wanted), folder, json);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
