import fc from 'fast-check';
import { isOrigin, originFix, originIn } from '../../../lib/domains/origin';

const host = fc.stringMatching(/^([a-z0-9]{1,10}\.){1,3}[a-z]{2,6}$/);

describe('The origin of a page', () => {
  const port = fc.oneof(
    fc.constant(''),
    fc.integer({ min: 444, max: 65_535 }).map((number) => `:${number}`),
  );
  const origin = fc.tuple(host, port).map(([host, at]) => ({ host, at, origin: `https://${host}${at}` }));

  test('consists of https, a host name and optionally a port other than 443', () => {
    fc.assert(fc.property(origin, ({ origin }) => isOrigin(origin)));
  });

  test.each([
    ['a path', ({ origin }: { origin: string }) => `${origin}/path`],
    ['a final slash', ({ origin }: { origin: string }) => `${origin}/`],
    ['a query', ({ origin }: { origin: string }) => `${origin}?a=b`],
    ['a fragment', ({ origin }: { origin: string }) => `${origin}#top`],
    ['white space', ({ origin }: { origin: string }) => ` ${origin}`],
    ['an upper-case scheme', ({ origin }: { origin: string }) => origin.replace('https', 'HTTPS')],
    ['user and password', ({ origin }: { origin: string }) => origin.replace('//', '//user:password@')],
  ])('with %s is rejected, and the origin without it is suggested', (_what, spoil) => {
    fc.assert(
      fc.property(origin, (good) => {
        expect(isOrigin(spoil(good))).toBe(false);
        expect(originIn(spoil(good))).toBe(good.origin);
      }),
    );
  });

  test('with http is rejected, and the same origin with https is suggested', () => {
    fc.assert(
      fc.property(origin, ({ host, at, origin }) => {
        expect(isOrigin(`http://${host}${at}`)).toBe(false);
        expect(originIn(`http://${host}${at}`)).toBe(origin);
      }),
    );
  });

  test.each(['localhost', 'app.localhost', '127.0.0.1', '127.1.2.3', '[::1]'])(
    'on the loopback host %s can have http or https, and any port',
    (loopback) => {
      for (const scheme of ['http', 'https']) {
        expect(isOrigin(`${scheme}://${loopback}`)).toBe(true);
        expect(isOrigin(`${scheme}://${loopback}:5173`)).toBe(true);
      }
    },
  );

  test.each([
    ['an address of the network', 'http://192.168.0.7:5173'],
    ['every address', 'http://0.0.0.0:5173'],
    ['a host that begins like a loopback host', 'http://localhost.example.com'],
    ['a host that begins like a loopback address', 'http://127.0.0.1.example.com'],
    ['a mapped loopback address', 'http://[::ffff:7f00:1]:5173'],
    ['a final dot', 'http://localhost.:5173'],
    ['the default port', 'http://localhost:80'],
    ['a short form of an address', 'http://127.1:5173'],
  ])('with http and %s is rejected', (_what, text) => {
    expect(isOrigin(text)).toBe(false);
  });

  test('with a wildcard or a final dot is rejected', () => {
    fc.assert(
      fc.property(origin, ({ host, at }) => !isOrigin(`https://*.${host}${at}`) && !isOrigin(`https://${host}.${at}`)),
    );
  });
});

const UUID = '4ed7f644-c3b5-4bf1-983f-2c8718f52222';

describe('The origin of an app', () => {
  test.each([
    ['Capacitor on iOS', 'capacitor://localhost'],
    ['Capacitor on iOS with another host', 'capacitor://com.example.shop'],
    ['Capacitor on Android', 'https://localhost'],
    ['Capacitor on Android before version 6', 'http://localhost'],
    ['Ionic', 'ionic://localhost'],
    ['Tauri on macOS and Linux', 'tauri://localhost'],
    ['Tauri on Windows and Android', 'http://tauri.localhost'],
    ['Tauri on Windows and Android with useHttpsScheme', 'https://tauri.localhost'],
    ['Electron', 'app://bundle'],
    ['Electron with a host of one hyphen', 'app://-'],
    ['a web view of VS Code', 'vscode-webview://1bk2v4d0s7'],
    ['an extension of Chromium', 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'],
    ['an extension of Firefox', `moz-extension://${UUID}`],
    ['an extension of Safari', `safari-web-extension://${UUID.toUpperCase()}`],
    ['a scheme with a port', 'app.example+1://localhost:8080'],
  ])('is accepted as %s sends it', (_what, text) => {
    expect(isOrigin(text)).toBe(true);
  });

  test.each([
    ['a final slash', 'capacitor://localhost/', 'capacitor://localhost'],
    ['a path', 'tauri://localhost/index.html?a=b#c', 'tauri://localhost'],
    ['an upper-case scheme', 'Capacitor://localhost', 'capacitor://localhost'],
    ['a line break', 'capacitor://localhost\n', 'capacitor://localhost'],
    [
      'an ID in upper case',
      'chrome-extension://ABCDEFGHIJKLMNOPABCDEFGHIJKLMNOP',
      'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
    ],
    ['the UUID of Firefox in upper case', `moz-extension://${UUID.toUpperCase()}`, `moz-extension://${UUID}`],
  ])('with %s is rejected, and the origin that the app sends is suggested', (_what, text, meant) => {
    expect(isOrigin(text)).toBe(false);
    expect(originIn(text)).toBe(meant);
  });

  test.each([
    ['no host', 'capacitor://'],
    ['a scheme only', 'app:'],
    ['a wildcard', 'capacitor://*'],
    ['a user', 'capacitor://me@localhost'],
    ['a comma, which separates origins in the environment', 'app://a,app://b'],
    ['port 0', 'capacitor://localhost:0'],
    ['a port that does not exist', 'capacitor://localhost:65536'],
    ['a port of an extension that is no number', 'capacitor://localhost:a'],
    ['another ID than Chromium has', 'chrome-extension://abcdefghijklmnopabcdefghijklmnoq'],
    ['a name instead of the UUID', 'moz-extension://shop@example.com'],
  ])('with %s is rejected', (_what, text) => {
    expect(isOrigin(text)).toBe(false);
  });
});

describe('A page without an origin of its own', () => {
  test.each([
    'null',
    'file://',
    'file:///index.html',
    'file://host',
    'data://host',
    'data:text/html,a',
    'javascript://host',
    'blob:https://app.example.com/1',
    'blob://host',
    'about:blank',
    'about://blank',
    'view-source://app.example.com',
  ])('is rejected, and the fix says that browsers send null: %s', (text) => {
    expect(isOrigin(text)).toBe(false);
    expect(originFix(text)).toContain('browsers send "null"');
  });
});

describe('The fix of a wrong origin', () => {
  test.each([
    ['ws://localhost:5173', 'use "http://localhost:5173"'],
    ['wss://ws.example.com', 'use "https://ws.example.com"'],
    ['localhost:5173', 'use "http://localhost:5173"'],
    ['app.example.com:443', 'use "https://app.example.com"'],
    [
      'https://*.preview.example.com',
      'list each origin, such as "https://pr-1.preview.example.com"; wildcards are not',
    ],
    ['*.preview.example.com', 'list each origin, such as "https://pr-1.preview.example.com"'],
    ['*', 'list each origin, such as "https://app.example.com"'],
    ['capacitor://*', 'list each origin, such as "capacitor://localhost"'],
    ['moz-extension://*', 'list each origin, such as "https://app.example.com"'],
    ['capacitor://', 'add the host of the app, such as "capacitor://localhost"'],
    ['capacitor://a b', 'use "capacitor://" and only the host of the app'],
    ['chrome-extension://abc', 'use "chrome-extension://" and the ID of the extension, 32 letters from a to p'],
    ['http://192.168.0.7:5173', 'http only with a loopback host, such as "http://localhost:5173"'],
    ['', 'use scheme, host and port (if not 443) of one site, such as "https://app.example.com"'],
  ])('for %j is: %s', (text, fix) => {
    expect(originFix(text)).toContain(fix);
  });

  test('suggests only origins', () => {
    const scheme = fc.constantFrom('capacitor', 'App', 'file', 'http', 'wss', 'moz-extension', 'blob:https');
    const text = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.tuple(scheme, fc.string()).map((both) => both.join('://')),
    );
    fc.assert(
      fc.property(text, (wrong) => {
        expect(isOrigin(originIn(wrong) ?? 'https://app.example.com')).toBe(true);
        expect(originFix(wrong)).toMatch(/^(use|add|list|serve) /);
      }),
    );
  });
});
