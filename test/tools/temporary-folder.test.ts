import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { CommandError } from '../../tools/cli';
import { inTemporaryFolder } from '../../tools/temporary-folder';

afterEach(() => jest.restoreAllMocks());

it('a temporary folder exists for the work, and not after it, also if the work fails', async () => {
  const used: string[] = [];
  const use = async (folder: string) => {
    used.push(folder);
    mkdirSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a/b'), '');
    return 5;
  };
  expect(await inTemporaryFolder('some-', use)).toBe(5);
  const failed = inTemporaryFolder('some-', async (folder) => {
    await use(folder);
    throw new RangeError('no');
  });
  await expect(failed).rejects.toThrow(RangeError);
  expect(used.map((folder) => [folder.startsWith(join(os.tmpdir(), 'some-')), existsSync(folder)])).toEqual([
    [true, false],
    [true, false],
  ]);
});

it('leaves no listener of a signal after the work', async () => {
  const before = process.listenerCount('SIGINT');
  await inTemporaryFolder('some-', () => expect(process.listenerCount('SIGINT')).toBe(before + 1));
  expect(process.listenerCount('SIGINT')).toBe(before);
});

it('names TMPDIR if the temporary folder of the system does not exist', async () => {
  jest.spyOn(os, 'tmpdir').mockReturnValue('/no/such/folder');
  const created = inTemporaryFolder('some-', () => undefined);
  await expect(created).rejects.toThrow(CommandError);
  await expect(created).rejects.toThrow(/got \/no\/such\/folder: ENOENT.*\. Fix: set TMPDIR to such a folder\.$/);
});
