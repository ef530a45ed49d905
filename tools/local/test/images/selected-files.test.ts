import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { copyFiles } from '../../images/copy-files';
import { parseDockerIgnore } from '../../images/docker-ignore';
import { digestOf, selectFiles } from '../../images/selected-files';
import { emptyDirectory } from '../assembly/assembly-directory';

/** @returns a folder with these files: path → content */
function folderWith(files: Readonly<Record<string, string>>): string {
  const root = emptyDirectory();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

const CONTEXT = { 'a.js': 'a', 'b.ts': 'b', 'src/c.js': 'c', 'src/deep/d.js': 'd', '.env': 'e' };

const namesOf = (sources: string[], ignore = '') =>
  selectFiles(folderWith(CONTEXT), sources, parseDockerIgnore(ignore)).files.map(({ name }) => name);

test.each([
  [['a.js'], ['a.js']],
  [['*.js'], ['a.js']],
  [['**/*.js'], ['a.js', 'c.js', 'd.js']],
  [['src'], ['c.js', 'deep', 'deep/d.js']],
  [['src/'], ['c.js', 'deep', 'deep/d.js']],
  [
    ['./src/c.js', '/b.ts'],
    ['c.js', 'b.ts'],
  ],
  [['.'], ['.env', 'a.js', 'b.ts', 'src', 'src/c.js', 'src/deep', 'src/deep/d.js']],
  [['[ab].*'], ['a.js', 'b.ts']],
])('COPY of %j selects %j', (sources, names) => {
  expect(namesOf(sources)).toEqual(names);
});

test('ignored files are not selected, but exceptions are', () => {
  expect(namesOf(['.'], 'src\n.env')).toEqual(['a.js', 'b.ts']);
  expect(namesOf(['.'], '*\n!src/deep')).toEqual(['src', 'src/deep', 'src/deep/d.js']);
});

test('a source that does not exist or is ignored is an error', () => {
  expect(() => namesOf(['dist'])).toThrow('dist does not exist');
  expect(() => namesOf(['*.md'])).toThrow('*.md does not exist');
  expect(() => namesOf(['a.js'], '*.js')).toThrow('a.js is excluded by .dockerignore');
});

test('the digest depends on names, contents and the permission to execute, and on nothing else', () => {
  const digest = (files: Readonly<Record<string, string>>, change = (_: string) => undefined as void) => {
    const root = folderWith(files);
    change(root);
    return digestOf(selectFiles(root, ['.']));
  };
  const same = digest(CONTEXT);
  expect(digest(CONTEXT)).toBe(same);
  expect(digest({ ...CONTEXT, 'a.js': 'x' })).not.toBe(same);
  expect(digest({ ...CONTEXT, 'f.js': '' })).not.toBe(same);
  expect(digest(CONTEXT, (root) => chmodSync(join(root, 'a.js'), 0o755))).not.toBe(same);
});

async function copied(sources: string[], destination: string, mode?: string): Promise<string> {
  const [from, to] = [folderWith(CONTEXT), emptyDirectory()];
  mkdirSync(join(to, 'app'));
  const options = { destination: join(to, destination), from, to, ...(mode && { mode }) };
  await copyFiles(selectFiles(from, sources), options);
  return to;
}

test.each([
  [['a.js'], '/app/', 'app/a.js'],
  [['a.js'], '/app', 'app/a.js'],
  [['a.js'], '/new', 'new'],
  [['a.js', 'b.ts'], '/new', 'new/a.js'],
  [['src'], '/new', 'new/deep/d.js'],
])('COPY of %j to %s writes %s', async (sources, destination, file) => {
  expect(statSync(join(await copied(sources, destination), file)).isFile()).toBe(true);
});

test('files keep their mode, unless COPY sets one', async () => {
  expect(statSync(join(await copied(['a.js'], '/app/', '755'), 'app/a.js')).mode & 0o777).toBe(0o755);
});

test('a link is copied as a link, one into the image leads into the copy, and a source that is a link is followed', async () => {
  const [from, to] = [folderWith(CONTEXT), emptyDirectory()];
  symlinkSync('c.js', join(from, 'src/relative'));
  symlinkSync(join(from, 'a.js'), join(from, 'src/absolute'));
  symlinkSync('a.js', join(from, 'link'));
  await copyFiles(selectFiles(from, ['src', 'link']), { destination: join(to, 'app/'), from, to });
  expect(readlinkSync(join(to, 'app/relative'))).toBe('c.js');
  expect(readlinkSync(join(to, 'app/absolute'))).toBe(join(to, 'a.js'));
  expect(readFileSync(join(to, 'app/link'), 'utf8')).toBe('a');
  expect(readdirSync(join(to, 'app')).toSorted()).toEqual(['absolute', 'c.js', 'deep', 'link', 'relative']);
});
