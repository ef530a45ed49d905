import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { excludedIn } from '../../supervisor/watch';
import { emptyDirectory } from '../assembly/assembly-directory';

function excluding(exclude: unknown): (path: string) => boolean {
  const folder = emptyDirectory();
  writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ watch: { exclude } }));
  return excludedIn(folder);
}

describe.each<[string, string[], string[]]>([
  ['docs', ['docs', 'docs/a.ts'], ['docs.ts', 'lib/docs', 'docs2/a.ts']],
  ['cdk*.json', ['cdk.context.json'], ['lib/cdk.json', 'cdkXjson']],
  ['**/*.d.ts', ['a.d.ts', 'lib/deep/a.d.ts'], ['a.ts', 'ad.ts']],
  ['**/test', ['test', 'tools/local/test/a.ts'], ['latest']],
  ['lib/**', ['lib/a.ts', 'lib/deep/a.ts'], ['lib2/a.ts']],
  ['file?.ts', ['file1.ts'], ['file.ts', 'file12.ts']],
])('watch.exclude %s', (pattern, excluded, watched) => {
  it.each(excluded)('excludes %s', (path) => expect(excluding([pattern])(path)).toBe(true));
  it.each(watched)('does not exclude %s', (path) => expect(excluding(pattern)(path)).toBe(false));
});

test('no path is excluded without a cdk.json or without watch.exclude', () => {
  expect(excludedIn(emptyDirectory())('lib/a.ts')).toBe(false);
  expect(excluding(undefined)('lib/a.ts')).toBe(false);
});
