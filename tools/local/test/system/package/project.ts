import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import manifest from '../../../package.json';

const PACKAGE = join(__dirname, '../../..');

/** The folder with the packages of this repository. */
const MODULES = dirname(dirname(require.resolve('jest/package.json')));

/** A project elsewhere that has installed the package from its archive. Its other packages are links to those of this repository. */
export class Project {
  /** Folder of the installed package. */
  readonly installed: string;

  private constructor(readonly folder: string) {
    this.installed = join(folder, 'node_modules/@twinlane/local');
  }

  /**
   * @param others - packages that the project has besides those that the package depends on
   */
  static create(others: readonly string[] = []): Project {
    const project = new Project(realpathSync(mkdtempSync(join(tmpdir(), 'twinlane-project-'))));
    project.install();
    project.link([...Object.keys(manifest.dependencies), ...others]);
    project.write('package.json', '{ "name": "project", "private": true }');
    return project;
  }

  /** The command, as npm links it. */
  get bin(): string {
    return join(this.folder, 'node_modules/.bin/twinlane-local');
  }

  /** Paths of all files of the package. */
  get files(): string[] {
    return readdirSync(this.installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(this.installed.length + 1));
  }

  write(file: string, text: string): void {
    mkdirSync(dirname(join(this.folder, file)), { recursive: true });
    writeFileSync(join(this.folder, file), text);
  }

  replace(file: string, from: string, to: string): void {
    this.write(file, readFileSync(join(this.folder, file), 'utf8').replace(from, to));
  }

  /** Copies an example of the package into the project, or into a folder of it. */
  copyExample(name: string, folder = '.'): void {
    cpSync(join(this.installed, 'examples', name), join(this.folder, folder), { recursive: true });
  }

  /** @returns the standard output of a program. Throws an error with all of its output if it fails */
  run(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
    return run(program, args, this.folder, env);
  }

  /** Packs the package and unpacks it, as npm does. */
  private install(): void {
    mkdirSync(this.installed, { recursive: true });
    // `.npmrc` turns scripts off, and `prepack` builds the package.
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const pack = ['pack', '--silent', '--ignore-scripts=false', '--pack-destination', this.folder];
    const archive = run(npm, pack, PACKAGE).trim().split('\n').at(-1) ?? '';
    run('tar', ['-xzf', archive, '--strip-components=1', '-C', this.installed], this.folder);
    const { bin }: typeof manifest = JSON.parse(readFileSync(join(this.installed, 'package.json'), 'utf8'));
    mkdirSync(dirname(this.bin));
    symlinkSync(join(this.installed, bin['twinlane-local']), this.bin);
  }

  private link(names: readonly string[]): void {
    for (const name of names) {
      mkdirSync(dirname(join(this.folder, 'node_modules', name)), { recursive: true });
      symlinkSync(join(MODULES, name), join(this.folder, 'node_modules', name), 'junction');
    }
  }
}

function run(
  program: string,
  args: readonly string[],
  folder: string,
  more: Readonly<Record<string, string>> = {},
): string {
  try {
    return execFileSync(program, args, { cwd: folder, env: environment(more), encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}${stderr}`);
  }
}

/** @returns the environment of a developer: without the variables of the npm and the jest that run the tests */
export function environment(more: Readonly<Record<string, string>> = {}): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(npm_|jest_|node_env|node_options)/i.test(name));
  return { ...Object.fromEntries(inherited), CDK_DISABLE_CLI_TELEMETRY: 'true', ...more };
}
