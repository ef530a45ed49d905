import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaces } from '../package.json';
import { packages } from '../package-lock.json';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
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

test('a package in several manifests has the same exact version in each', () => {
  const versions = new Map<string, Set<string>>();
  for (const folder of ['.', ...workspaces]) {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(__dirname, '..', folder, 'package.json'), 'utf8'),
    );
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
