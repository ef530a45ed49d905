import fs, { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { excludedIn, watch } from '../../supervisor/watch';
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

test('a cdk.json that is not JSON is an error that names the file', () => {
  const folder = emptyDirectory();
  writeFileSync(join(folder, 'cdk.json'), '{ "watch": ');
  expect(() => excludedIn(folder)).toThrow(`${join(folder, 'cdk.json')} is not JSON: `);
});

describe('an editor that writes a source file in several steps', () => {
  let folder: string;
  let written: (file: string) => void;

  beforeEach(() => {
    jest.useFakeTimers();
    folder = emptyDirectory();
    const watcher = jest.spyOn(fs, 'watch').mockReturnValue({ on: jest.fn() } as unknown as fs.FSWatcher);
    written = (file) => {
      const listener = watcher.mock.calls[0]?.at(-1) as unknown as (event: string, file: string) => void;
      listener('change', file);
    };
  });

  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  test('causes one synthesis, after the last step', async () => {
    const changed = jest.fn(() => Promise.resolve());
    watch(folder, changed);
    for (const _step of [1, 2, 3]) {
      written('app.ts');
      await jest.advanceTimersByTimeAsync(100);
    }
    expect(changed).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1000);
    expect(changed).toHaveBeenCalledTimes(1);
  });

  test('causes no synthesis while another one runs, and one after it', async () => {
    let finish: () => void = () => undefined;
    const changed = jest.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    watch(folder, changed);
    written('app.ts');
    await jest.advanceTimersByTimeAsync(1000);
    written('app.ts');
    await jest.advanceTimersByTimeAsync(1000);
    expect(changed).toHaveBeenCalledTimes(1);
    finish();
    await jest.advanceTimersByTimeAsync(0);
    expect(changed).toHaveBeenCalledTimes(2);
  });

  test('causes no synthesis if the file is not a source', async () => {
    const changed = jest.fn(() => Promise.resolve());
    watch(folder, changed);
    written('notes.md');
    await jest.advanceTimersByTimeAsync(1000);
    expect(changed).not.toHaveBeenCalled();
  });
});
