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

/** Licences that let anyone use, change and ship a package, and ask for no more than to be named. */
const LICENCES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'MIT-0'];

/** Licences that extend to code that uses or changes the package, and the absence of one. */
const COPYLEFT = /GPL|MPL|EPL|CDDL|EUPL|OSL|SSPL|CECILL|CC-BY-SA|UNLICENSED|SEE LICENSE/i;

/** The folder of the package that a file is of: `node_modules/hono`; undefined for a file of the project's own. */
function packageFolder(file: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

/** Package's folder → the bundles it is in. */
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

function licenceOf(folder: string): string {
  const { license } = JSON.parse(readFileSync(join(PROJECT, folder, 'package.json'), 'utf8'));
  return license?.type ?? license ?? 'UNLICENSED';
}

/** @returns whether a licence, or one of those to choose from, is on the list; with AND each of them must be. */
function isAllowed(licence: string): boolean {
  return choicesOf(licence).some((choice) => choice.split(' AND ').every((one) => LICENCES.includes(one)));
}

/** @returns whether no choice is left that is free of copyleft. What names no licence gives no rights at all. */
function isCopyleft(licence: string): boolean {
  return choicesOf(licence).every((choice) => COPYLEFT.test(choice));
}

/** `(MIT OR GPL-3.0-or-later)` → both. With AND there is no choice. */
function choicesOf(licence: string): string[] {
  return licence.includes(' AND ') ? [licence] : licence.replace(/^\((.*)\)$/, '$1').split(' OR ');
}

test('docs/dependencies.md names every package that is in a bundle, the bundles it is in, and no other', () => {
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
    return [name, licenceOf(folder), where, reasons.get(name) ?? ''];
  });
  expectTable(
    DOCUMENT,
    HEADING,
    rows.sort(([one = ''], [other = '']) => (one < other ? -1 : 1)),
  );
});

test('docs/dependencies.md says of every package what it is there for', () => {
  expect(tableUnder(DOCUMENT, HEADING).filter(([, , , why = '']) => why.length < 10)).toEqual([]);
});

describe('a licence', () => {
  const installed = Object.entries(lockFile.packages as Record<string, { dev?: boolean }>)
    // Packages for other systems are in the lock file only.
    .filter(([folder]) => folder && existsSync(join(PROJECT, folder)))
    .map(([folder, { dev = false }]) => ({ folder, dev, licence: licenceOf(folder) }));

  test('of a package that is needed to deploy or to run lets anyone use it', () => {
    const production = installed.filter(({ dev }) => !dev);
    expect(production.length).toBeGreaterThan(50);
    expect(production.filter(({ licence }) => !isAllowed(licence))).toEqual([]);
  });

  test('of an installed package is not copyleft, except for axe-core, which tests use unmodified', () => {
    // MPL-2.0 asks to publish changes of the package's own files, and asks nothing of the code that uses it.
    const axe = { folder: 'node_modules/axe-core', dev: true, licence: 'MPL-2.0' };
    expect(installed.filter(({ licence }) => isCopyleft(licence))).toEqual([axe]);
  });

  test.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-or-later)', true],
    ['GPL-3.0-or-later', false],
    ['Apache-2.0 AND MIT', true],
    ['MIT AND GPL-3.0-only', false],
    ['UNLICENSED', false],
  ])('%s is taken: %s', (licence, taken) => {
    expect(isAllowed(licence)).toBe(taken);
    expect(isCopyleft(licence)).toBe(!taken);
  });
});
