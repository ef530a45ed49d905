import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { BUNDLING, ENTRIES } from '../lib/functions/bundles';
import { documentation } from '../lib/http-lane/documentation';
import { workspaces } from '../package.json';
import lockFile from '../package-lock.json';
import { expectTable, tableUnder } from './support/generated-table';

const PROJECT = resolve(__dirname, '..');
const DOCUMENT = 'docs/dependencies.md';
const HEADING = 'In the bundles';

/** Licenses that allow use, modification and distribution, and require only attribution. */
const LICENSES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'MIT-0'];

/** Packages for development under another license, each with a reason. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  // Copyleft for the package's own files only. Tests use it unmodified.
  'axe-core': 'MPL-2.0',
  // Data about browsers, a dependency of jest. The license requires attribution where the data is published.
  'caniuse-lite': 'CC-BY-4.0',
};

/** Folder of the package that contains a file: `node_modules/hono`; undefined for a file of this project. */
function packageFolder(file: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

/** Bundles that contain a package, by the folder of the package. */
function bundled(): Map<string, Set<string>> {
  const { metafile } = buildSync({
    ...BUNDLING,
    entryPoints: [...ENTRIES],
    outdir: 'out',
    write: false,
    metafile: true,
  });
  const found = new Map<string, Set<string>>();
  const add = (file: string, bundle: string) => {
    const folder = packageFolder(file);
    if (folder) {
      found.set(folder, (found.get(folder) ?? new Set()).add(bundle));
    }
  };
  for (const { entryPoint = '', inputs } of Object.values(metafile.outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      if (bytesInOutput > 0) {
        add(file, entryPoint);
      }
    }
    if (/^service\/[^/]+$/.test(entryPoint)) {
      for (const file of Object.values(documentation)) {
        add(relative(PROJECT, file), entryPoint);
      }
    }
  }
  return found;
}

function licenseOf(folder: string): string {
  const { license } = JSON.parse(readFileSync(join(PROJECT, folder, 'package.json'), 'utf8'));
  return license?.type ?? license ?? 'UNLICENSED';
}

/** @returns whether the license, or one of its alternatives, is on the list. With AND, all must be. */
function isAllowed(license: string): boolean {
  return choicesOf(license).some((choice) => choice.split(' AND ').every((one) => LICENSES.includes(one)));
}

/** Alternatives of a license: both for `(MIT OR GPL-3.0-or-later)`. With AND there is only one. */
function choicesOf(license: string): string[] {
  return license.includes(' AND ') ? [license] : license.replace(/^\((.*)\)$/, '$1').split(' OR ');
}

test('docs/dependencies.md lists exactly the packages in bundles, with their bundles', () => {
  const reasons = new Map(tableUnder(DOCUMENT, HEADING).map(([name, , , why = '']) => [name, why]));
  const rows = [...bundled()].map(([folder, bundles]) => {
    const name = `\`${folder.replace(/^.*node_modules\//, '')}\``;
    const where =
      bundles.size === ENTRIES.length
        ? 'all'
        : [...bundles]
            .map((bundle) => `\`${bundle}\``)
            .sort()
            .join(', ');
    return [name, licenseOf(folder), where, reasons.get(name) ?? ''];
  });
  expectTable(
    DOCUMENT,
    HEADING,
    rows.sort(([one = ''], [other = '']) => (one < other ? -1 : 1)),
  );
});

test('docs/dependencies.md gives the purpose of every package', () => {
  expect(tableUnder(DOCUMENT, HEADING).filter(([, , , why = '']) => why.length < 10)).toEqual([]);
});

describe('the license', () => {
  /** All packages of the lock file, with those for other systems, and without the links to the packages of this repository. */
  const packages = Object.entries(lockFile.packages as Record<string, { dev?: true; license?: string; link?: true }>)
    .filter(([folder, { link }]) => packageFolder(folder) && !link)
    .map(([folder, { dev, license = 'UNLICENSED' }]) => ({ folder, dev, license }));

  test('of a package is permissive on every system, except for those that are named with a reason', () => {
    const others = packages.filter(({ license }) => !isAllowed(license));
    const named = others.map(({ folder, license }) => [folder.replace(/^.*node_modules\//, ''), license]);
    expect(packages.length).toBeGreaterThan(500);
    expect(Object.fromEntries(named)).toEqual(EXCEPTIONS);
    expect(others.filter(({ dev }) => !dev)).toEqual([]);
  });

  test('in the lock file is the one in the manifest of each installed package', () => {
    const installed = packages.filter(({ folder }) => existsSync(join(PROJECT, folder)));
    expect(installed.length).toBeGreaterThan(400);
    expect(installed.filter(({ folder, license }) => licenseOf(folder) !== license)).toEqual([]);
  });

  test('is in the lock file for every folder below node_modules that has a package', () => {
    const known = new Set(Object.keys(lockFile.packages));
    const found = ['.', ...workspaces].flatMap((folder) => packagesBelow(join(folder, 'node_modules')));
    expect(found.length).toBeGreaterThan(400);
    expect(found.filter((folder) => !known.has(folder))).toEqual([]);
  });

  test('has a row in docs/dependencies.md with the number of its packages', () => {
    const licenses = [...new Set(packages.map(({ license }) => license))];
    const rows = licenses.map((license) => {
      const under = packages.filter((one) => one.license === license);
      return [license, `${under.length}`, `${under.filter(({ dev }) => !dev).length}`];
    });
    expectTable(
      DOCUMENT,
      'Licenses',
      rows.sort(([one = '', many], [other = '', few]) => Number(few) - Number(many) || (one < other ? -1 : 1)),
    );
  });

  test.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-or-later)', true],
    ['GPL-3.0-or-later', false],
    ['MPL-2.0', false],
    ['Apache-2.0 AND MIT', true],
    ['MIT AND GPL-3.0-only', false],
    ['SEE LICENSE IN LICENSE.txt', false],
    ['UNLICENSED', false],
  ])('%s is allowed: %s', (license, allowed) => {
    expect(isAllowed(license)).toBe(allowed);
  });
});

/** @returns the folders of all packages in a folder `node_modules`, with those inside of packages */
function packagesBelow(nodeModules: string): string[] {
  if (!existsSync(join(PROJECT, nodeModules))) {
    return [];
  }
  return (
    readdirSync(join(PROJECT, nodeModules))
      .filter((name) => !name.startsWith('.'))
      .flatMap((name) =>
        name.startsWith('@') ? readdirSync(join(PROJECT, nodeModules, name)).map((part) => `${name}/${part}`) : [name],
      )
      .map((name) => join(nodeModules, name))
      // A link to a package of this repository, which is in the list of workspaces.
      .filter((folder) => !lstatSync(join(PROJECT, folder)).isSymbolicLink())
      .flatMap((folder) => [folder, ...packagesBelow(join(folder, 'node_modules'))])
  );
}
