import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prioritizeSession } from '../../../../tools/bench/isolation/session-priority';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinlane-priority-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

test('the priority of a session is raised, and restored afterwards', () => {
  const file = join(folder, 'autogroup');
  writeFileSync(file, '/autogroup-42 nice 3\n');
  const restore = prioritizeSession(file);
  expect(readFileSync(file, 'utf8')).toBe('-20');
  restore();
  expect(readFileSync(file, 'utf8')).toBe('3');
});

test('a system without priorities of sessions is left as it is', () => {
  const file = join(folder, 'missing');
  prioritizeSession(file)();
  expect(() => readFileSync(file)).toThrow('ENOENT');
});
