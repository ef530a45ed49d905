import { mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeReadable } from '../../../lib/functions/readable';

test('a folder that only its owner can read becomes readable by every user, with all that it contains', () => {
  const folder = mkdtempSync(join(tmpdir(), 'readable-'));
  mkdirSync(join(folder, 'documentation'), { mode: 0o700 });
  writeFileSync(join(folder, 'index.js'), '', { mode: 0o600 });
  writeFileSync(join(folder, 'documentation', 'page.css'), '', { mode: 0o600 });
  symlinkSync('missing', join(folder, 'link'));

  makeReadable(folder);

  const mode = (path: string) => (statSync(join(folder, path)).mode & 0o777).toString(8);
  expect(['.', 'documentation', 'index.js', 'documentation/page.css'].map(mode)).toEqual(['755', '755', '644', '644']);
  rmSync(folder, { recursive: true });
});
