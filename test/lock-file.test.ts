import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allowScripts, workspaces } from '../package.json';
import { packages } from '../package-lock.json';

const PROJECT = join(__dirname, '..');

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  /** Hash of the package's archive, with which npm compares its download. */
  readonly integrity?: string;
  /** True for a package inside the archive of the package around it. */
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
  /** True for a folder of this repository. */
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const locked = new Map<string, Locked>(Object.entries(packages));

/** @returns whether Node.js resolves `name` from a package in the folder `path`: in its own node_modules, then in outer ones. */
function finds(path: string, name: string): boolean {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    if (locked.has(`${folder}${folder && '/'}node_modules/${name}`)) {
      return true;
    }
    if (!folder) {
      return false;
    }
  }
}

test('the lock file contains no download address, so that any mirror can be used', () => {
  expect([...locked].filter(([, { resolved, link }]) => resolved && !link).map(([path]) => path)).toEqual([]);
});

test('the lock file links only to the workspace packages', () => {
  const links = [...locked.values()].filter(({ link }) => link).map(({ resolved }) => resolved);
  expect(links).toEqual(workspaces);
});

test('npm compares every download with a hash in the lock file', () => {
  const downloads = [...locked].filter(
    ([path, { link, inBundle }]) => path.includes('node_modules/') && !link && !inBundle,
  );
  expect(downloads.length).toBeGreaterThan(500);
  expect(downloads.filter(([, { integrity = '' }]) => !/^sha512-[\w+/]{86}==$/.test(integrity))).toEqual([]);
});

test('a package without a hash of its own is inside the archive of a package that has one', () => {
  const inside = [...locked]
    .filter(([, { inBundle }]) => inBundle)
    .map(([path]) => path.replace(/\/node_modules\/.*$/, ''));
  expect([...new Set(inside)]).toEqual(['node_modules/@aws-cdk/cloud-assembly-schema', 'node_modules/aws-cdk-lib']);
  expect(inside.filter((path) => !locked.get(path)?.integrity)).toEqual([]);
});

test('npm runs no install script of a dependency', () => {
  expect(readFileSync(join(PROJECT, '.npmrc'), 'utf8').split('\n')).toContain('ignore-scripts=true');
});

test('`allowScripts` denies every install script, for commands that turn scripts on', () => {
  const scripted = [...locked].filter(([, { hasInstallScript }]) => hasInstallScript);
  const names = scripted.map(([path]) => path.replace(/^.*node_modules\//, ''));
  expect([...new Set(names)].sort()).toEqual(Object.keys(allowScripts).sort());
  expect(Object.values(allowScripts).filter((allowed) => allowed)).toEqual([]);
});

test('the lock file marks each installed package that has an install script', () => {
  const installed = [...locked].filter(([path]) => path && existsSync(join(PROJECT, path, 'package.json')));
  const scripted = installed.filter(([path]) => {
    const { scripts = {} } = JSON.parse(readFileSync(join(PROJECT, path, 'package.json'), 'utf8'));
    // npm compiles a package with a binding.gyp and without an install script.
    return (
      ['preinstall', 'install', 'postinstall'].some((name) => name in scripts) ||
      existsSync(join(PROJECT, path, 'binding.gyp'))
    );
  });
  expect(scripted.length).toBeGreaterThan(2);
  expect(scripted.filter(([, { hasInstallScript }]) => !hasInstallScript)).toEqual([]);
});

test('a package in several manifests has the same exact version in each, except in one that is there for another version', () => {
  const versions = new Map<string, Set<string>>();
  for (const folder of ['.', ...workspaces].filter((one) => one !== 'test/client/oldest-typescript')) {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(PROJECT, folder, 'package.json'), 'utf8'));
    for (const [name, version] of Object.entries<string>({ ...dependencies, ...devDependencies })) {
      versions.set(name, (versions.get(name) ?? new Set()).add(version));
    }
  }
  const wrong = [...versions].filter(([, found]) => found.size > 1 || [...found].some((one) => !/^[\d.]+$/.test(one)));
  expect(versions.size).toBeGreaterThan(40);
  expect(wrong).toEqual([]);
});

test('the lock file contains the packages for every platform', () => {
  const missing = [...locked].flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !finds(path, name)),
  );
  expect(missing).toEqual([]);
});
