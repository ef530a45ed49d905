import { parse } from '../../../tools/probe/options';
import { recordingTerminal } from '../verify/recording-terminal';

const LANES = ['--api', 'https://api.example.com', '--ws', 'wss://ws.example.com'];

function help(): string {
  const terminal = recordingTerminal();
  expect(() => parse(['--help'], terminal)).toThrow('(outputHelp)');
  return terminal.printed();
}

/** @returns the arguments of every example, as a shell would take them apart. */
function examples(): string[][] {
  const lines = help().split('Examples:\n')[1]?.replaceAll('\\\n', ' ').trim().split('\n') ?? [];
  return lines.map((line) =>
    (line.replace(/ > .*/, '').split(' -- ')[1]?.match(/\S+/g) ?? []).map((word) => word.replaceAll("'", '')),
  );
}

test('every example of the help can be run', () => {
  const hosts = examples().map((args) => parse(args, recordingTerminal()).plan.api.hostname);

  expect(hosts).toEqual(['api.example.com', 'localhost', 'api.example.com', 'chat.example.com']);
});

test('the storm is small unless more is asked for, and publishes to a topic of its own', () => {
  const { load } = parse(LANES, recordingTerminal()).plan;

  expect(load).toMatchObject({ sockets: 20, messages: 20, seconds: 3 });
  expect([load.greeting, load.frame].map((frame) => JSON.parse(frame ?? '').topic)).toEqual(['probe', 'probe']);
});

test('a frame of another protocol is sent alone', () => {
  const { load } = parse([...LANES, '--frame', 'hello'], recordingTerminal()).plan;

  expect(load).toMatchObject({ greeting: undefined, frame: 'hello' });
});

test.each([
  ['--runs', '1'],
  ['--sockets', '1001'],
  ['--seconds', '0'],
  ['--timeout', '1s'],
  ['--path', 'health'],
])('%s %s is refused', (option, value) => {
  const terminal = recordingTerminal();

  expect(() => parse([...LANES, option, value], terminal)).toThrow();
  expect(terminal.errors()).toMatch(new RegExp(`^error: option '${option} .* It must .*\n$`));
});

test('a file of certificates that is not there is said in one sentence', () => {
  expect(() => parse([...LANES, '--ca', 'nowhere.pem'], recordingTerminal())).toThrow(
    /^The file of --ca cannot be read: ENOENT/,
  );
});
