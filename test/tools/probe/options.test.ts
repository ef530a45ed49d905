import { parse } from '../../../tools/probe/options';
import { recordingTerminal } from '../recording-terminal';

const LANES = ['--http', 'https://api.example.com', '--websocket', 'wss://ws.example.com'];

function help(): string {
  const terminal = recordingTerminal();
  expect(() => parse(['--help'], terminal)).toThrow('(outputHelp)');
  return terminal.printed();
}

/** @returns the arguments of every example, split as in a shell */
function examples(): string[][] {
  const lines = help().split('Examples:\n')[1]?.replaceAll('\\\n', ' ').trim().split('\n') ?? [];
  return lines.map((line) =>
    (line.replace(/ > .*/, '').split(' -- ')[1]?.match(/\S+/g) ?? []).map((word) => word.replaceAll("'", '')),
  );
}

test("the arguments of every example in the probe's help are valid", () => {
  const hosts = examples().map((args) => parse(args, recordingTerminal()).plan.http.hostname);

  expect(hosts).toEqual(['api.example.com', 'localhost', 'api.example.com', 'chat.example.com']);
});

test("the probe's storm is small by default, and publishes to a separate topic", () => {
  const { load } = parse(LANES, recordingTerminal()).plan;

  expect(load).toMatchObject({ sockets: 20, messages: 20, seconds: 3 });
  expect([load.greeting, load.frame].map((frame) => JSON.parse(frame ?? '').topic)).toEqual(['probe', 'probe']);
});

test('the probe sends no subscription with a custom frame', () => {
  const { load } = parse([...LANES, '--frame', 'hello'], recordingTerminal()).plan;

  expect(load).toMatchObject({ greeting: undefined, frame: 'hello' });
});

test.each(['https://app.example.com', 'http://app.intranet:8080', 'capacitor://localhost', 'app://-'])(
  'the probe sends the origin %s of a page or an app',
  (origin) => {
    expect(parse([...LANES, '--origin', origin], recordingTerminal()).plan.page.origin).toBe(origin);
  },
);

test.each([
  ['--origin', 'https://app.example.com/'],
  ['--origin', 'http://app.example.com:80'],
  ['--origin', 'capacitor://'],
  ['--origin', 'file://'],
  ['--runs', '1'],
  ['--sockets', '1001'],
  ['--seconds', '0'],
  ['--timeout', '1s'],
  ['--path', 'health'],
])('the probe rejects %s %s', (option, value) => {
  const terminal = recordingTerminal();

  expect(() => parse([...LANES, option, value], terminal)).toThrow();
  expect(terminal.errors()).toMatch(new RegExp(`^error: option '${option} .* Fix: .*\nRun .*\n$`));
});

test('the probe reports one error for a missing file of certificates', () => {
  expect(() => parse([...LANES, '--ca', 'nowhere.pem'], recordingTerminal())).toThrow(
    /^The file of --ca cannot be read: ENOENT/,
  );
});
