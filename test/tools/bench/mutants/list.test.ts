import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AREAS } from '../../../../tools/bench/mutants/mutants';
import { planted } from '../../../../tools/bench/mutants/mutant';
import { worlds } from '../../../../tools/bench/mutants/list/worlds';

const PROJECT = join(__dirname, '../../../..');
const MUTANTS = [...Object.values(AREAS).flat(), ...worlds];

test.each(MUTANTS.map((mutant) => [mutant.file, mutant.bug, mutant] as const))(
  'the bug can be planted in %s: %s',
  (file, _, mutant) => {
    const source = readFileSync(join(PROJECT, file), 'utf8');
    expect(planted(source, mutant)).not.toBe(source);
  },
);

test('at least 100 bugs are planted, without those for the simulations', () => {
  expect(Object.values(AREAS).flat().length).toBeGreaterThanOrEqual(100);
});

test('each bug is planted once', () => {
  const changes = Object.values(AREAS).flatMap((list) =>
    list.map(({ file, find, replace }) => `${file} ${find} ${replace}`),
  );
  expect(new Set(changes).size).toBe(changes.length);
});
