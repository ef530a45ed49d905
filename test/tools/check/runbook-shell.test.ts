import { awsCommandsOf, commandsOf, SUBSTITUTED } from '../../../tools/check/runbook-shell';

test('commands are separated by lines, semicolons, pipes and logical operators', () => {
  expect(commandsOf('aws a b\naws c; aws d | jq . && aws e || aws f & aws g')).toEqual([
    ...[
      ['aws', 'a', 'b'],
      ['aws', 'c'],
      ['aws', 'd'],
      ['jq', '.'],
    ],
    ...[
      ['aws', 'e'],
      ['aws', 'f'],
      ['aws', 'g'],
    ],
  ]);
});

test('a line that ends with a backslash continues', () => {
  expect(commandsOf('aws a \\\n  --b c\n')).toEqual([['aws', 'a', '--b', 'c']]);
});

test('quotes are removed, and what they contain is one word', () => {
  expect(commandsOf(`aws --a 'x; "y"' --b "it's $STACK" --c d\\ e`)).toEqual([
    ['aws', '--a', 'x; "y"', '--b', "it's $STACK", '--c', 'd e'],
  ]);
});

test('a comment is no command', () => {
  expect(commandsOf('# aws a\naws b # aws c\naws d#e')).toEqual([
    ['aws', 'b'],
    ['aws', 'd#e'],
  ]);
});

test('redirections are no words', () => {
  expect(commandsOf('aws a > out.json < in.json 2>&1 --b c')).toEqual([['aws', 'a', '--b', 'c']]);
});

test('commands in substitutions are found, also within quotes and substitutions', () => {
  expect(commandsOf('aws a "x $(aws b --c "$(aws d)")" --e')).toEqual([
    ['aws', 'd'],
    ['aws', 'b', '--c', SUBSTITUTED],
    ['aws', 'a', `x ${SUBSTITUTED}`, '--e'],
  ]);
});

test('an arithmetic expression is a value, and commands in it are found', () => {
  expect(commandsOf('aws a $(($(date +%s) - 3600)) --b')).toEqual([
    ['date', '+%s'],
    ['aws', 'a', SUBSTITUTED, '--b'],
  ]);
});

test('assignments and keywords before a command are omitted', () => {
  expect(commandsOf('A=b C="d e" aws f; for x in y; do aws g; done; if aws h; then ! aws i; fi')).toEqual([
    ['aws', 'f'],
    ['for', 'x', 'in', 'y'],
    ['aws', 'g'],
    ['done'],
    ['aws', 'h'],
    ['aws', 'i'],
    ['fi'],
  ]);
});

test('the commands of a function are found', () => {
  expect(commandsOf('output() {\n  aws a --b "$1"\n}')).toEqual([['output'], ['aws', 'a', '--b', '$1']]);
});

test.each(["aws 'a", 'aws "a', 'aws $(b', 'aws $((1 + 2)'])('%s is refused, because it has no end', (script) => {
  expect(() => commandsOf(script)).toThrow('has no end');
});

test('only commands named aws count, in shell blocks of a document and in code within a line', () => {
  const document =
    'aws a\n\n```sh\naws b c\nnpm run verify\n```\n\n- x\n\n  ```sh\n  aws d\n  ```\n\n```ts\naws e\n```\n';
  expect(awsCommandsOf(document)).toEqual([['b', 'c'], ['d']]);
});
