import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { BUNDLING, ENTRIES } from '../lib/functions/bundles';
import { documentation } from '../lib/http-lane/documentation';
import lockFile from '../package-lock.json';
import { expectTable, tableUnder } from './support/generated-table';

const PROJECT = resolve(__dirname, '..');
const DOCUMENT = 'docs/dependencies.md';
const HEADING = 'In the bundles';

/** Licenses that allow use, modification and distribution, and require only attribution. */
const LICENSES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'MIT-0'];

/** Licenses that extend to code that uses or changes the package, and a missing license. */
const COPYLEFT = /GPL|MPL|EPL|CDDL|EUPL|OSL|SSPL|CECILL|CC-BY-SA|UNLICENSED|SEE LICENSE/i;

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
    if (entryPoint.startsWith('service/')) {
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

/** @returns whether every alternative is copyleft. A package without a license grants no rights. */
function isCopyleft(license: string): boolean {
  return choicesOf(license).every((choice) => COPYLEFT.test(choice));
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
  const installed = Object.entries(lockFile.packages as Record<string, { dev?: boolean }>)
    // Packages for other platforms are in the lock file only.
    .filter(([folder]) => folder && existsSync(join(PROJECT, folder)))
    .map(([folder, { dev = false }]) => ({ folder, dev, license: licenseOf(folder) }));

  test('of a package that is required to deploy or run is permissive', () => {
    const production = installed.filter(({ dev }) => !dev);
    expect(production.length).toBeGreaterThan(50);
    expect(production.filter(({ license }) => !isAllowed(license))).toEqual([]);
  });

  test('of an installed package is not copyleft, except for axe-core, which tests use unmodified', () => {
    // MPL-2.0 requires publishing changes of the package's files, and nothing of the code that uses it.
    const axe = { folder: 'node_modules/axe-core', dev: true, license: 'MPL-2.0' };
    expect(installed.filter(({ license }) => isCopyleft(license))).toEqual([axe]);
  });

  test.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-or-later)', true],
    ['GPL-3.0-or-later', false],
    ['Apache-2.0 AND MIT', true],
    ['MIT AND GPL-3.0-only', false],
    ['UNLICENSED', false],
  ])('%s is allowed: %s', (license, allowed) => {
    expect(isAllowed(license)).toBe(allowed);
    expect(isCopyleft(license)).toBe(!allowed);
  });
});
