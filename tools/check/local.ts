/**
 * `npm run check:local`: does the package of the local runner work in a project elsewhere? Packs it, installs it from the npm registry's packages into
 * an empty project with a CDK app, runs it with each supported version of Node.js, and prints a table.
 */
import { cpSync, lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandNamed } from '../cli';
import { install, pack, type PackageCheck, perform } from './package-checks';

/** Versions of Node.js, beginning with the oldest that the package supports. */
const NODE = ['20.19.0', '22', '24'];

/** Versions of TypeScript of which a program must compile with the declarations. */
const TYPESCRIPT = ['5.4', '5.9', '7'];

/** Packages of a CDK app that has tests, and the tools that judge a package. */
const OTHERS = ['aws-cdk@2', 'aws-cdk-lib@2', 'constructs@10', '@types/node@20', 'jest@30', 'ws@8'];
const JUDGES = ['publint@0.3', '@arethetypeswrong/cli@0.18'];

const NAME = '@twinlane/local';

const PROGRAM = `import { start, type StartOptions } from '${NAME}';
const options: StartOptions = { assembly: 'cdk.out' };
export const url = async (): Promise<string | undefined> => (await start(options)).urls.websocket;
`;

function checks(archive: string): PackageCheck[] {
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
  const wanted = ({ name }: PackageCheck) =>
    command.args.length === 0 || command.args.some((text) => name.includes(text));
  const [folder, alone] = ['project', 'alone'].map((name) => mkdtempSync(join(tmpdir(), `twinlane-local-${name}-`)));
  if (!folder || !alone) {
    return;
  }
  try {
    console.error('packing');
    const archive = await pack('tools/local', folder);
    console.error('installing the package alone');
    const since = performance.now();
    await install(alone, [archive]);
    const seconds = (performance.now() - since) / 1000;
    const megabytes = bytesOf(join(alone, 'node_modules')) / 1e6;
    console.error(`  ${megabytes.toFixed(1)} MB in ${seconds.toFixed(1)} s`);
    console.error('installing it with the CDK');
    await install(folder, [archive, ...OTHERS, ...JUDGES], { node: NODE, typescript: TYPESCRIPT });
    cpSync(join(folder, 'node_modules', NAME, 'examples/jest'), folder, { recursive: true });
    writeFileSync(join(folder, 'program.ts'), PROGRAM);
    await perform(checks(archive).filter(wanted), folder, json);
  } finally {
    for (const each of [folder, alone]) {
      rmSync(each, { recursive: true, force: true });
    }
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
