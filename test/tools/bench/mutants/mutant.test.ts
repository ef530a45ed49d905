import { planted } from '../../../../tools/bench/mutants/mutant';

const MUTANT = { file: 'lambda/a.ts', bug: 'the sum is a difference', find: 'a + b', replace: 'a - b' };

test('a bug replaces its text', () => {
  expect(planted('return a + b;', MUTANT)).toBe('return a - b;');
});

test('a bug is planted as written, though it looks like a replacement pattern', () => {
  expect(planted('return a + b;', { ...MUTANT, replace: '$&$1' })).toBe('return $&$1;');
});

test.each([
  ['missing', 'return a * b;', 0],
  ['ambiguous', 'return a + b + (a + b);', 2],
])('a text that is %s in the file is an error with the fix', (_, source, occurrences) => {
  expect(() => planted(source, MUTANT)).toThrow(
    `[lambda/a.ts] the text of "the sum is a difference" must occur once, got ${occurrences} occurrences. Fix: change \`find\``,
  );
});
