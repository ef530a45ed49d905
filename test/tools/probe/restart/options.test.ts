import { parse } from '../../../../tools/probe/restart/options';
import { recordingTerminal } from '../../recording-terminal';

const URL = 'http://localhost:8000/items';

function parsed(...args: string[]) {
  return parse(args, recordingTerminal(), {});
}

function help(): string {
  const terminal = recordingTerminal();
  expect(() => parse(['--help'], terminal, {})).toThrow('(outputHelp)');
  return terminal.printed();
}

test('a restart takes the options of the request, before and after its own', () => {
  const { plan, print, start } = parsed(
    ...['--header', 'x-a: 1', '--start', 'npm run dev -- --port 8000', URL, '--data', '{}', '--json'],
    ...['--websocket', 'ws://localhost:8000/ws', '--frame', 'a', '--frame', 'b'],
  );

  expect(start).toBe('npm run dev -- --port 8000');
  expect(print).toBe('json');
  expect(plan.request).toMatchObject({
    method: 'POST',
    body: '{}',
    headers: { 'x-a': '1', 'content-type': 'application/json' },
  });
  expect(plan.request.url.href).toBe(URL);
  expect(plan.socket).toMatchObject({ frames: ['a', 'b'] });
});

test('a restart without --start is one by the user', () => {
  expect(parsed(URL)).not.toHaveProperty('start');
  expect(parsed(URL).settling).toBe(2000);
});

test('the arguments of every example in the help of a restart are valid', () => {
  const lines = help().split('Examples:\n')[1]?.replaceAll('\\\n', ' ').trim().split('\n') ?? [];
  const examples = lines.flatMap((line) => line.split(' -- restart ').slice(1));

  expect(examples).toHaveLength(2);
  for (const example of examples) {
    const words = [...example.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
    expect(parsed(...words).plan.request.url.href).toBe(URL);
  }
});

test.each([
  ['an option for many requests', [URL, '--rounds', '3'], /^--rounds has no meaning for the first request .* Fix: /],
  [
    'a load',
    [URL, '--load'],
    /^--load has no meaning .* Fix: omit it, or omit restart: npm run probe -- <url> --load$/,
  ],
  ['an HTML report', [URL, '--html=a.html'], /^--html=a\.html has no meaning/],
  ['an empty command', [URL, '--start', ' '], /^--start is empty\. Fix: pass the command /],
  ['an option of no command', [URL, '--bogus'], /unknown option '--bogus'/],
  ['no URL', ['--start', 'npm start'], /missing required argument 'url'/],
])('a restart rejects %s', (_, args, message) => {
  expect(() => parsed(...args)).toThrow(message);
});

test('a restart finds --start that npm took, and shows the command with --', () => {
  const environment = { npm_lifecycle_event: 'probe', npm_config_start: 'node', npm_config_json: 'true' };

  expect(() => parse([URL], recordingTerminal(), environment)).toThrow(
    /^npm took --start, --json for itself, because -- is missing\. Fix: use npm run probe -- restart http:\/\/localhost:8000\/items --start \.\.\. --json$/,
  );
});
