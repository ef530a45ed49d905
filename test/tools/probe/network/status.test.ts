import { refusal } from '../../../../tools/probe/network/status';
import type { PageRequest } from '../../../../tools/probe/plan';

const request = (more: Partial<PageRequest> = {}) => ({
  request: {
    url: new URL('http://localhost:8000/items'),
    method: 'GET',
    headers: {},
    credentials: 'same-origin',
    ...more,
  } as PageRequest,
});

const POST = { method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } };
const TOKEN = { headers: { authorization: 'Bearer abc' } };
const REMOTE = { url: new URL('https://api.example.com/') };

test.each<[number, Partial<PageRequest>, RegExp]>([
  [404, {}, /: the path does not exist\. Fix: check the path of the URL; /],
  [405, {}, /: the path exists, but not with GET\. Fix: pass --data or --method; /],
  [405, POST, /: the path exists, but not with POST\. Fix: check --method; /],
  [401, {}, /: authentication is required\. Fix: pass --header 'authorization: Bearer \.\.\.' or --cookie, /],
  [403, {}, /: access is not allowed\. Fix: pass --header 'authorization/],
  [401, TOKEN, /: the server does not accept these credentials\. Fix: get a new token or cookie, /],
  [
    422,
    {},
    /: the server misses something in the request\. Fix: check the query in the URL, or pass the body with --data/,
  ],
  [400, {}, / or use https: if the port serves TLS; /],
  [422, POST, /: the server does not accept the body\. Fix: check --data /],
  [415, POST, /: the server does not accept the content type text\/plain\. Fix: pass --header 'content-type: /],
  [407, {}, /: a proxy requires authentication\. Fix: use a URL that is reached without the proxy; /],
  [429, {}, /: too many requests\. Fix: wait until the rate limit allows more, /],
  [502, {}, /: a proxy answers, but the app behind it does not\. Fix: start the app, or use its own port in the URL; /],
  [
    503,
    REMOTE,
    /: a proxy answers, but the app behind it does not, or it is overloaded\. Fix: check that the app runs; /,
  ],
  [500, {}, /: the app failed\. Fix: look at the log of the server; /],
  [418, {}, /: the server does not accept the request\. Fix: check the path, /],
])('a request that is answered %d with %j is explained with the option that helps', (status, more, sentence) => {
  const message = refusal(status, request(more));

  expect(message).toMatch(sentence);
  expect(message).toMatch(new RegExp(`^[A-Z]+ http.* was answered ${status}: .*add --status ${status}\\.$`));
});

test.each([
  [200, undefined],
  [304, undefined],
  [401, 401],
  [0, undefined],
])('the status %d is not refused if %s is expected', (actual, status) => {
  expect(refusal(actual, request({ status }))).toBeUndefined();
});

test('another success than the expected status is refused', () => {
  expect(refusal(200, request({ status: 201 }))).toMatch(
    /was answered 200 instead of 201\. Fix: .*add --status 200\.$/,
  );
});
