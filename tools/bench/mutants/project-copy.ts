import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { type Mutant, planted } from './mutant';

const PROJECT = resolve(__dirname, '../../..');

/** Folders that a fresh clone does not have. */
const LEFT_OUT = ['.git', '.local', 'cdk.out', 'coverage', 'dist', 'node_modules'];

/** It notices nearly every change of a template, so it would hide that no other test does. */
const SNAPSHOT = ['test/stack/snapshot.test.ts', 'test/stack/__snapshots__'];

/** Jest finds the tests that import a file only if the file is in its roots. */
const ALL_FILES_IN_ROOTS = "for (const each of module.exports.projects) each.roots = ['<rootDir>'];\n";

/** A copy of the project in a temporary folder, in which bugs are planted. It uses the packages of the project. */
export class ProjectCopy {
  private constructor(readonly folder: string) {}

  static async create(): Promise<ProjectCopy> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'twinlane-mutants-')));
    const filter = (path: string) => !LEFT_OUT.includes(relative(PROJECT, path));
    await cp(PROJECT, folder, { recursive: true, filter });
    await Promise.all(SNAPSHOT.map((path) => rm(join(folder, path), { recursive: true })));
    await appendFile(join(folder, 'jest.config.js'), ALL_FILES_IN_ROOTS);
    await linkPackages(folder);
    return new ProjectCopy(folder);
  }

  /** Plants a bug while `work` runs. */
  async with<T>(mutant: Mutant, work: () => Promise<T>): Promise<T> {
    const path = join(this.folder, mutant.file);
    const source = await readFile(path, 'utf8');
    await writeFile(path, planted(source, mutant));
    try {
      return await work();
    } finally {
      await writeFile(path, source);
    }
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Links the installed packages. */
async function linkPackages(folder: string): Promise<void> {
  const [from, to] = [join(PROJECT, 'node_modules'), join(folder, 'node_modules')];
  await mkdir(to);
  await Promise.all((await readdir(from)).map((name) => symlink(join(from, name), join(to, name))));
}
