import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from '../../../tools/probe/options';
import type { Plan } from '../../../tools/probe/plan';
import { recordingTerminal } from '../recording-terminal';

const API = 'http://localhost:8000/items?page=2';
const PAGE = ['--page', 'http://localhost:5500/index.html'];
const SOCKET = ['--websocket', 'ws://localhost:8000/chat'];

const planOf = (...args: string[]): Plan => parse([API, ...args], recordingTerminal(), {}).plan;

function help(): string {
  const terminal = recordingTerminal();
  expect(() => parse(['--help'], terminal, {})).toThrow('(outputHelp)');
  return terminal.printed();
}

/** @returns the arguments of every example, split as in a shell */
function examples(): string[][] {
  const lines = help().split('Examples:\n')[1]?.replaceAll('\\\n', ' ').trim().split('\n') ?? [];
  return lines
    .filter((line) => line.includes(' -- '))
    .map((line) =>
      (
        line
          .replace(/ > .*/, '')
          .split(' -- ')[1]
          ?.match(/'[^']*'|\S+/g) ?? []
      ).map(unquoted),
    );
}

function unquoted(word: string): string {
  return word.replaceAll("'", '');
}

test("the arguments of every example in the probe's help are valid", () => {
  const plans = examples()
    .filter(([first]) => first !== 'restart')
    .map((args) => parse(args, recordingTerminal(), {}).plan);

  expect(plans.map(({ request: { method, url } }) => `${method} ${url.href}`)).toEqual([
    'GET http://localhost:8000/items',
    'POST https://api.example.com/orders',
    'GET http://localhost:3000/api',
    'GET http://localhost:4510/health',
    'GET https://api.example.com/items',
    'GET https://api.example.com/items',
  ]);
});

test("a line of the probe's help fits in 120 columns", () => {
  expect(
    help()
      .split('\n')
      .filter((line) => line.length > 120),
  ).toEqual([]);
});

test('the probe measures a GET of the same origin, HTTP alone, and nothing that slows other users by default', () => {
  expect(planOf()).toEqual({
    request: { url: new URL(API), method: 'GET', headers: {}, credentials: 'same-origin' },
    fresh: false,
    rounds: 8,
    rests: [1, 6, 15],
    network: { insecure: false, timeout: 10_000 },
  });
});

test('the probe takes the origin from the page', () => {
  expect(planOf(...PAGE).request.origin).toBe('http://localhost:5500');
});

test.each([
  ['{"item":1}', 'application/json'],
  ['item=1', 'text/plain;charset=UTF-8'],
])('the probe sends the data %s with POST and the content type %s', (data, type) => {
  expect(planOf('--data', data).request).toMatchObject({
    method: 'POST',
    body: data,
    headers: { 'content-type': type },
  });
});

test('the probe sends the content type and the method that are given', () => {
  const { method, headers } = planOf('--data', 'a=b', '--method', 'put', '--header', 'Content-Type: x/y').request;

  expect({ method, headers }).toEqual({ method: 'PUT', headers: { 'content-type': 'x/y' } });
});

test('the probe joins the values of a repeated header, as a browser does', () => {
  const headers = ['--header', 'X-Tag: a', '--header', 'x-tag:b:c', '--header', 'X-Empty:'];

  expect(planOf(...headers).request.headers).toEqual({ 'x-tag': 'a, b:c', 'x-empty': '' });
});

test.each([
  ['the same origin', []],
  ['the page of the same origin', ['--origin', 'http://localhost:8000']],
  ['another page with include', [...PAGE, '--credentials', 'include']],
])('the probe sends a cookie to %s', (_, args) => {
  expect(planOf('--cookie', 'a=b; c=d', ...args).request.headers).toEqual({ cookie: 'a=b; c=d' });
});

test.each([
  [[...PAGE], /^A page of http:\/\/localhost:5500 sends no cookie to .* Fix: add --credentials include /],
  [['--credentials', 'omit'], /^With --credentials omit, a browser sends no cookie\. Fix: omit --cookie or --cred/],
])('the probe rejects a cookie that a browser does not send with %j', (args, message) => {
  expect(() => planOf('--cookie', 'a=b', ...args)).toThrow(message);
});

test('the probe measures each kind of frame by itself, after the greeting', () => {
  const frames = ['--frame', 'ping', '--frame', '{"type":"move"}', '--greeting', 'hello'];

  expect(planOf(...SOCKET, ...PAGE, ...frames, '--subprotocol', 'chat').socket).toEqual({
    url: new URL('ws://localhost:8000/chat'),
    subprotocol: 'chat',
    origin: 'http://localhost:5500',
    greeting: 'hello',
    frames: ['ping', '{"type":"move"}'],
  });
});

test('the probe sends no frame and offers no subprotocol by default', () => {
  expect(planOf(...SOCKET).socket).toMatchObject({ subprotocol: '', frames: [] });
});

test("with this app's subprotocol, the probe subscribes and publishes to a separate topic", () => {
  const { greeting = '', frames = [] } = planOf(...SOCKET, '--subprotocol', 'twinlane.v1').socket ?? {};

  expect([greeting, ...frames].map((frame) => JSON.parse(frame))).toMatchObject([
    { action: 'subscribe', topic: 'probe' },
    { action: 'publish', topic: 'probe' },
  ]);
});

test.each([
  ['ws://localhost:9000', 'a=b'],
  ['ws://127.0.0.1:8000', undefined],
])('the handshake to %s has the cookie %s, because cookies belong to a host', (socket, cookie) => {
  expect(planOf('--cookie', 'a=b', '--websocket', socket).socket?.cookie).toBe(cookie);
});

test.each([
  ['1.5, 70', [1.5, 70]],
  ['none', []],
])('the probe rests for %s seconds', (text, rests) => {
  expect(planOf('--rest', text).rests).toEqual(rests);
});

test('the load is small by default', () => {
  expect(planOf('--load').load).toEqual({ sockets: 20, messages: 20 });
});

test.each(['https://app.example.com', 'http://app.intranet:8080', 'capacitor://localhost', 'app://-', 'null'])(
  'the probe sends the origin %s of a page, a file or an app',
  (origin) => {
    expect(planOf('--origin', origin).request.origin).toBe(origin);
  },
);

test.each([
  ['--page', 'index.html'],
  ['--page', 'http://me:secret@localhost'],
  ['--origin', 'https://app.example.com/'],
  ['--origin', 'http://app.example.com:80'],
  ['--origin', 'capacitor://'],
  ['--origin', 'file://'],
  ['--method', 'GET /'],
  ['--method', 'trace'],
  ['--header', 'no colon'],
  ['--header', 'bad name: x'],
  ['--header', 'Cookie: a=b'],
  ['--header', 'Connection: close'],
  ['--header', 'x: a\nb'],
  ['--cookie', 'session'],
  ['--status', '99'],
  ['--other', 'health'],
  ['--other', '//example.com'],
  ['--rounds', '4'],
  ['--rest', '1,'],
  ['--rest', '0'],
  ['--rest', '3601'],
  ['--websocket', 'http://localhost'],
  ['--subprotocol', 'a, b'],
  ['--sockets', '1001'],
  ['--timeout', '1s'],
])('the probe rejects %s %s with a fix', (option, value) => {
  const terminal = recordingTerminal();

  expect(() => parse([API, option, value], terminal, {})).toThrow();
  expect(terminal.errors()).toMatch(new RegExp(`^error: option '${option} [^]* Fix: .*\\.\nRun .*\n$`));
});

test.each([
  [['--data', 'x', '--method', 'GET'], /^A page cannot send --data with GET\. Fix: use --method POST, /],
  [['--frame', 'x'], /^--frame needs a WebSocket\. Fix: add --websocket /],
  [['--sockets', '3'], /^--sockets belongs to a load\. Fix: add --load, /],
  [['--cacert', 'nowhere.pem'], /^The file of --cacert cannot be read: ENOENT.* Fix: check the path\.$/],
  [['--cacert', __filename], /^The file of --cacert has no certificate: .* Fix: pass the file /],
  [['--data', '@nowhere.json'], /^The file of --data cannot be read: ENOENT.* Fix: check the path\.$/],
  [['--html', 'nowhere/report.html'], /^The file of --html cannot be written: ENOENT.* Fix: use a path /],
  [['--html', __dirname], /^The file of --html cannot be written: it is a folder, .* Fix: use a path /],
  [['value'], /^The argument value belongs to no option\. Fix: write -- before the URL, /],
])('the probe rejects %j in one line with a fix', (args, message) => {
  expect(() => planOf(...args)).toThrow(message);
});

test('the probe sends the text of a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'probe-'));
  const file = join(folder, 'order.json');
  writeFileSync(file, '{"name":"Zoë"}');
  const { request } = planOf('--data', `@${file}`);
  writeFileSync(file, Buffer.from([0xff, 0xfe]));

  expect(request.body).toBe('{"name":"Zoë"}');
  expect(() => planOf('--data', `@${file}`)).toThrow(
    /^The file of --data is not UTF-8 text: .* Fix: pass a text file\.$/,
  );
  rmSync(folder, { recursive: true });
});

test.each([
  [{ npm_config_page: 'true', npm_config_rest: 'none' }, '--page, --rest', '--page ... --rest ...'],
  [{ npm_config_json: 'true' }, '--json', '--json'],
])('the probe shows the right command if npm took the options of %j', (environment, taken, right) => {
  const args = ['http://localhost/?a=1&b=2', 'http://localhost:5500'];

  expect(() => parse(args, recordingTerminal(), { npm_lifecycle_event: 'probe', ...environment })).toThrow(
    `npm took ${taken} for itself, because -- is missing. Fix: use npm run probe -- 'http://localhost/?a=1&b=2' ${right}`,
  );
});

test('the probe accepts an option of npm if it is also its own', () => {
  const environment = { npm_lifecycle_event: 'probe', npm_config_json: 'true', npm_config_load: '' };

  expect(parse([API, '--json'], recordingTerminal(), environment).print).toBe('json');
});

test("another command's options are not taken for those of the probe", () => {
  expect(parse([API], recordingTerminal(), { npm_lifecycle_event: 'test', npm_config_json: 'true' }).print).toBe(
    'text',
  );
});

test('a URL with an impossible port is not told to begin with http://', () => {
  const terminal = recordingTerminal();

  expect(() => parse(['http://localhost:99999/'], terminal, {})).toThrow(
    /Fix: use a URL with a host and, .*a port from 1 to 65535/,
  );
});
