import { packages } from '../package-lock.json';

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
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
  expect([...locked].filter(([, { resolved }]) => resolved).map(([path]) => path)).toEqual([]);
});

test('the lock file holds the packages of every platform, whichever it was written on', () => {
  const missing = [...locked].flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !finds(path, name)),
  );
  expect(missing).toEqual([]);
});
