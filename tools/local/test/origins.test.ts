import { isOrigin } from '../origins';

test.each([
  'https://app.example.com',
  'http://localhost:5173',
  'http://[::1]:5173',
  'capacitor://localhost',
  'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
  'app://-',
])('an origin that a browser or an app sends can be replaced: %s', (text) => {
  expect(isOrigin(text)).toBe(true);
});

test.each(['https://app.example.com/', 'https://app.example.com:443', 'HTTPS://app.example.com', 'app.localhost'])(
  'another text than the origin of a site is refused: %s',
  (text) => {
    expect(isOrigin(text)).toBe(false);
  },
);

test.each(['capacitor://localhost/', 'capacitor://', 'file:///index.html', 'null', '*', 'app://a,app://b'])(
  'another text than the origin of an app is refused: %s',
  (text) => {
    expect(isOrigin(text)).toBe(false);
  },
);
