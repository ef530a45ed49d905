import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');

/** @returns every module each file of a folder imports. */
function importsOf(folder: string): [string, string[]][] {
  return readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => {
      const source = readFileSync(join(root, folder, file), 'utf8');
      return [file, [...source.matchAll(/(?:from|import|require\()\s*'([^']+)'/g)].map(([, name]) => name ?? '')];
    });
}

it('lets the decisions import one another only', () => {
  const files = importsOf('lambda/realtime');
  expect(files.length).toBeGreaterThan(5);
  for (const [file, imports] of files) {
    expect([file, imports.filter((name) => !name.startsWith('./'))]).toEqual([file, []]);
  }
});

it('lets the protocol import nothing', () => {
  expect(new Map(importsOf('lambda/realtime')).get('protocol.ts')).toEqual([]);
});

it('lets the adapters import no handler and no service', () => {
  for (const [file, imports] of importsOf('lambda/adapters')) {
    expect([file, imports.filter((name) => /handler|service/.test(name))]).toEqual([file, []]);
  }
});
