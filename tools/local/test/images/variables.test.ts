import { expand } from '../../images/variables';

test.each([
  ['$NAME', 'x'],
  ['a${NAME}b', 'axb'],
  ['$ABSENT', ''],
  ['${ABSENT:-other}', 'other'],
  ['${EMPTY:-other}', 'other'],
  ['${EMPTY-other}', ''],
  ['${NAME:+set}', 'set'],
  ['${ABSENT:+set}', ''],
  ['${ABSENT:-${NAME}}', 'x'],
  ['"a b $NAME"', 'a b x'],
  ["'$NAME'", '$NAME'],
  ['\\$NAME', '$NAME'],
  ['"\\$NAME"', '$NAME'],
  ['"\\n"', '\\n'],
  ['5$', '5$'],
])('%s is replaced by "%s"', (word, expected) => {
  expect(expand(word, { NAME: 'x', EMPTY: '' })).toBe(expected);
});

test('a form that is not supported is an error', () => {
  expect(() => expand('${NAME/a/b}', {})).toThrow('${NAME/a/b} is a form of variables that is not supported here');
});
