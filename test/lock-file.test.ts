import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaces } from '../package.json';
import { packages } from '../package-lock.json';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  /** It is a folder of this repository. */
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const locked = new Map<string, Locked>(Object.entries(packages));

/** @returns whether a package in the folder `path` finds `name` as Node looks it up: beside it, then further out. */
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

test('the lock file records no download address: any mirror serves it', () => {
  expect([...locked].filter(([, { resolved, link }]) => resolved && !link).map(([path]) => path)).toEqual([]);
});

test('the lock file links to the workspace packages, and to no other folder', () => {
  const links = [...locked.values()].filter(({ link }) => link).map(({ resolved }) => resolved);
  expect(links).toEqual(workspaces);
});

test('a package that several manifests name has one version, and it is exact', () => {
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

test('the lock file holds the packages of every platform, whichever it was written on', () => {
  const missing = [...locked].flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !finds(path, name)),
  );
  expect(missing).toEqual([]);
});
