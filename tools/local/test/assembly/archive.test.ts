import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { unpackedArchive } from '../../assembly/archive';
import { emptyDirectory } from './assembly-directory';

function archiveOf(files: Readonly<Record<string, string>>): string {
  const path = join(emptyDirectory(), 'asset.zip');
  writeFileSync(path, zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))));
  return path;
}

test('an archive is unpacked into a folder with its files', () => {
  const folder = unpackedArchive(archiveOf({ 'index.js': 'a', 'node_modules/b/index.js': 'c', 'empty/': '' }));
  expect(readFileSync(join(folder, 'index.js'), 'utf8')).toBe('a');
  expect(readFileSync(join(folder, 'node_modules/b/index.js'), 'utf8')).toBe('c');
});

test('an archive with the same content is unpacked once', () => {
  const first = unpackedArchive(archiveOf({ 'index.js': 'same' }));
  writeFileSync(join(first, 'trace'), '');
  expect(unpackedArchive(archiveOf({ 'index.js': 'same' }))).toBe(first);
  expect(readFileSync(join(first, 'trace'), 'utf8')).toBe('');
  expect(unpackedArchive(archiveOf({ 'index.js': 'other' }))).not.toBe(first);
});

test.each(['../evil.js', 'a/../../evil.js', '/../evil.js', '..\\evil.js'])(
  'an archive with the entry %s is refused, and nothing of it is written',
  (name) => {
    const file = archiveOf({ 'index.js': name, [name]: 'evil' });
    expect(() => unpackedArchive(file)).toThrow(`has an entry outside of its folder: ${name}`);
    expect(() => unpackedArchive(file)).toThrow('has an entry outside of its folder');
  },
);

test('a file that is not an archive is refused with its path', () => {
  const file = join(emptyDirectory(), 'asset.zip');
  writeFileSync(file, 'text');
  expect(() => unpackedArchive(file)).toThrow(`${file} is not a zip archive`);
});
