import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { InstalledCli } from '../../../tools/check/runbook-installed';
import { emptyDirectory } from '../../support/cloud-assembly';

const WORDS = ['sqs', 'move', '--source-arn', 'ARN'];

/** Environment with a program `aws` that consists of these lines of a shell script. */
function withCli(...lines: string[]): NodeJS.ProcessEnv {
  const folder = emptyDirectory();
  const file = join(folder, 'aws');
  writeFileSync(file, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(file, 0o755);
  return { PATH: [folder, '/bin', '/usr/bin'].join(delimiter) };
}

const VERSION = '[ "$1" = --version ] && echo "aws-cli/9.9 Python/3" && exit';

test('without an AWS CLI, the error names a command that needs none', () => {
  expect(() => InstalledCli.find({ PATH: dirname(__filename) })).toThrow('npx jest test/runbook');
});

test('the record has the version, and the commands that exist', () => {
  const help = '[ "$2" = move ] && printf "SYNOPSIS\\n  move\\n  --source-arn <value>\\n\\nOPTIONS\\n"';
  const cli = InstalledCli.find(withCli(VERSION, help));
  expect(cli.record(['sqs move', 'sqs nothing', 'sqs move'])).toEqual({
    version: 'aws-cli/9.9',
    commands: { 'sqs move': ['--source-arn <value>'] },
  });
});

test('parameters are accepted if the CLI tries to connect to the closed endpoint', () => {
  const cli = InstalledCli.find(
    withCli(
      VERSION,
      String.raw`for last; do :; done; echo "Could not connect to the endpoint URL: \"$last/\"" >&2; exit 255`,
    ),
  );
  expect(cli.parameterError(WORDS)).toBeUndefined();
});

test.each([
  ['a connection to another endpoint', 'Could not connect to the endpoint URL: \\"https://queue.example.com\\"'],
  ['an error of the CLI', 'Parameter validation failed'],
])('%s is reported with the command', (_, error) => {
  const cli = InstalledCli.find(withCli(VERSION, `echo "${error}" >&2; exit 252`));
  expect(cli.parameterError(WORDS)).toMatch(/^aws sqs move --source-arn ARN: /);
});

test('placeholders, substitutions and files have sample values, and the options of the command none', () => {
  const cli = InstalledCli.find(withCli(VERSION, 'echo "$@" >&2; exit 252'));
  const error = cli.parameterError([
    'sqs',
    'move',
    '--a',
    '$STACK',
    '--b',
    'x-$(…)',
    '--c',
    'fileb://f',
    '--d',
    'text',
    '--e',
    'Rate=RATE,Burst=BURST_LIMIT,Name=custom',
  ]);
  expect(error).toMatch(
    /: sqs move --a 1{40} --b x-1{40} --c 1{40} --d text --e Rate=1{40},Burst=1{40},Name=custom --endpoint-url/,
  );
});

test('a time that a substitution computes has a sample in seconds, because the CLI refuses a longer number', () => {
  const cli = InstalledCli.find(withCli(VERSION, 'echo "$@" >&2; exit 252'));
  const error = cli.parameterError(['logs', 'query', '--start-time', '$(…)', '--end-time', '$(…)']);
  expect(error).toMatch(/: logs query --start-time \d{10} --end-time \d{10} --endpoint-url/);
});
