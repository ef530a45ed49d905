import { problemsOf, synopsisOf } from '../../../tools/check/runbook-synopsis';

const HELP = `UPDATE()

N\u0008NA\u0008AM\u0008ME\u0008E
       update -

S\u0008SY\u0008YN\u0008NO\u0008OP\u0008PS\u0008SI\u0008IS\u0008S
            update
          --uuid <value>
          [--enabled | --no-enabled]
          [--scaling-config
          <value>]
          <outfile>
          [--cli-input-json <value>]
          [--debug]

O\u0008OP\u0008PT\u0008TI\u0008IO\u0008ON\u0008NS\u0008S
       --uuid (string)
`;

const SYNOPSIS = ['--uuid <value>', '[--enabled | --no-enabled]', '[--scaling-config <value>]', '<outfile>'];

test('the synopsis of a command has its own arguments, in the order of the help', () => {
  expect(synopsisOf(HELP)).toEqual(SYNOPSIS);
});

test('help without a synopsis means that the command does not exist', () => {
  expect(synopsisOf('aws: error: argument operation: Invalid choice')).toBeUndefined();
});

test.each([
  ['all arguments', 'lambda update --uuid u --no-enabled --scaling-config A=1,B=2 out.json'],
  ['the required arguments', 'lambda update --uuid u out.json'],
  ['options of every command', 'lambda update --uuid u --region r --query q --output text out.json'],
  ['several values of an option', 'lambda update out.json --scaling-config a b c --uuid u'],
])('a command with %s has no problem', (_, command) => {
  expect(problemsOf(command.split(' '), SYNOPSIS)).toEqual([]);
});

test.each([
  ['lambda update out.json', '--uuid <value> is missing'],
  ['lambda update --uuid u', '<outfile> is missing'],
  ['lambda update --uuid u --enable out.json', 'unknown option --enable'],
  ['lambda update --uuid u --profile p', 'unknown option --profile'],
  ['lambda update out.json --uuid', '--uuid needs a value'],
  ['lambda update --uuid --enabled out.json', '--uuid needs a value'],
  ['lambda update out.json --uuid u --enabled more', 'unexpected argument more'],
])('%s: %s', (command, problem) => {
  expect(problemsOf(command.split(' '), SYNOPSIS)).toContain(`aws ${command}: ${problem}`);
});

test('a command without a synopsis does not exist', () => {
  expect(problemsOf(['sqs', 'move', '--a'], undefined)).toEqual(['aws sqs move --a: no command of this name']);
});
