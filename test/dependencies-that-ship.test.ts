import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { BUNDLING, ENTRIES } from '../lib/bundles';
import { documentation } from '../lib/http-lane/documentation';
import lockFile from '../package-lock.json';
import { expectTable, tableUnder } from './generated-table';

const PROJECT = resolve(__dirname, '..');
const DOCUMENT = 'docs/dependencies.md';
const HEADING = 'In the bundles';

/** Licences that let anyone use, change and ship a package, and ask for no more than to be named. */
const LICENCES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'MIT-0'];

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
  return JSON.parse(readFileSync(join(PROJECT, folder, 'package.json'), 'utf8')).license;
}

/** @returns whether a licence, or one of those to choose from, is on the list. */
function isAllowed(licence: string): boolean {
  return licence
    .replace(/^\((.*)\)$/, '$1')
    .split(' OR ')
    .some((choice) => LICENCES.includes(choice));
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
  const production = Object.entries(lockFile.packages as Record<string, { dev?: boolean; optional?: boolean }>)
    // What is optional is for other systems, unless it is there.
    .filter(([folder, { dev, optional }]) => folder && !dev && (!optional || existsSync(join(PROJECT, folder))))
    .map(([folder]) => folder);

  test('of a package that is needed to deploy or to run lets anyone use it', () => {
    expect(production.length).toBeGreaterThan(50);
    const others = production.filter((folder) => !isAllowed(licenceOf(folder)));
    expect(others.map((folder) => [folder, licenceOf(folder)])).toEqual([]);
  });

  test.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-or-later)', true],
    ['GPL-3.0-or-later', false],
    ['MIT AND GPL-3.0-only', false],
    ['UNLICENSED', false],
  ])('%s is taken: %s', (licence, taken) => {
    expect(isAllowed(licence)).toBe(taken);
  });
});
