import { allow, explain, mixedContent } from '../../../../tools/demo/page/first-request/failure';
import { GET, hidden, observed, PAGE, POST } from './made-up';

test('a refused request names the headers that allow it', () => {
  const request = {
    ...POST,
    method: 'PUT',
    headers: { ...POST.headers, 'x-key': '1' },
    credentials: 'include' as const,
  };
  const preflight = ['the method PUT', 'the content type application/json', 'the header x-key'];
  expect(allow(observed({ request, preflight }))).toBe(
    `Answer OPTIONS requests with a status from 200 to 299, and this and every other request with Access-Control-Allow-Origin: ${PAGE}, Access-Control-Allow-Credentials: true, Access-Control-Allow-Methods: PUT and Access-Control-Allow-Headers: content-type, x-key. Errors need these headers, too.`,
  );
});

test('a simple request that was refused needs only the origin', () => {
  expect(allow(observed({}))).toBe(`Answer with Access-Control-Allow-Origin: ${PAGE}. Errors need these headers, too.`);
});

test.each([
  ['offline', 'This device is offline, so the request was not sent.'],
  [
    'forbidden',
    'The content security policy of this page does not allow requests to https://api.example.com, so the request was not sent.',
  ],
  ['no response', 'https://api.example.com did not answer. The request failed after 40 ms.'],
  [
    'refused',
    `The browser refused the request after 40 ms, because https://api.example.com does not allow it for pages of ${PAGE}.`,
  ],
] as const)('the failure %s is explained', (failure, sentence) => {
  const first = hidden(40, { outcome: 'failed' });
  expect(explain(failure, observed({ request: GET, first })).sentence).toBe(sentence);
});

test.each([
  ['http://api.example.com/', 'https:', true],
  ['ws://api.example.com/', 'https:', true],
  ['http://localhost:8000/', 'https:', false],
  ['http://127.0.0.1:8000/', 'https:', false],
  ['http://[::1]:8000/', 'https:', false],
  ['https://api.example.com/', 'https:', false],
  ['http://api.example.com/', 'http:', false],
])('%s on a page with %s is mixed content: %s', (url, protocol, mixed) => {
  expect(mixedContent(new URL(url), protocol) !== undefined).toBe(mixed);
});
