import { isRedirect, redirected, redirectTarget } from '../../../../tools/probe/network/redirect';
import type { PageRequest } from '../../../../tools/probe/plan';

const FROM = new URL('http://api.example.com/items');
const REQUEST: PageRequest = {
  url: FROM,
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: 'Bearer abc', cookie: 'a=b', 'x-app': '1' },
  body: '{}',
  origin: 'http://app.example.com',
  credentials: 'include',
};

test.each([
  [301, '/', true],
  [308, '/', true],
  [304, '/', false],
  [201, '/items/1', false],
  [302, undefined, false],
])(
  'a response with the status %d and the location %s is a redirect only if a browser follows it',
  (status, location, followed) => {
    expect(isRedirect({ status, headers: { location } })).toBe(followed);
  },
);

test.each([
  ['/items/', 'http://api.example.com/items/'],
  ['?page=2', 'http://api.example.com/items?page=2'],
  ['https://api.example.com/items#top', 'https://api.example.com/items'],
  ['//www.example.com', 'http://www.example.com/'],
  ['mailto:a@example.com', undefined],
  ['http://', undefined],
])('the location %s leads to %s', (location, target) => {
  expect(redirectTarget({ status: 307, headers: { location } }, FROM)?.href).toBe(target);
});

test.each([
  [301, 'POST', 'GET'],
  [302, 'POST', 'GET'],
  [302, 'PUT', 'PUT'],
  [303, 'PUT', 'GET'],
  [303, 'HEAD', 'HEAD'],
  [307, 'POST', 'POST'],
  [308, 'POST', 'POST'],
])('after a redirect with %d, a %s becomes a %s', (status, method, next) => {
  expect(redirected({ ...REQUEST, method }, status, new URL('/items/', FROM)).method).toBe(next);
});

test('a request that becomes a GET has no body, and no header that describes one', () => {
  const { body, headers } = redirected(REQUEST, 303, new URL('/items/1', FROM));

  expect(body).toBeUndefined();
  expect(headers).toEqual({ authorization: 'Bearer abc', cookie: 'a=b', 'x-app': '1' });
});

test('a redirect to another path keeps everything else', () => {
  const url = new URL('/items/', FROM);

  expect(redirected(REQUEST, 307, url)).toEqual({ ...REQUEST, url });
});

test('a redirect to another scheme of the host keeps the cookie, but not the authorization', () => {
  const { headers } = redirected(REQUEST, 308, new URL('https://api.example.com/items'));

  expect(headers).toEqual({ 'content-type': 'application/json', cookie: 'a=b', 'x-app': '1' });
});

test('a redirect to another host gets neither cookie nor authorization', () => {
  expect(Object.keys(redirected(REQUEST, 307, new URL('http://other.example.com/')).headers)).toEqual([
    'content-type',
    'x-app',
  ]);
});

test.each([
  ['http://app.example.com', 'http://other.example.com/', 'null'],
  ['http://api.example.com', 'http://other.example.com/', 'http://api.example.com'],
  ['http://app.example.com', 'http://api.example.com/items/', 'http://app.example.com'],
])('for a page of %s, the origin after a redirect to %s is %s', (origin, url, expected) => {
  expect(redirected({ ...REQUEST, origin }, 307, new URL(url)).origin).toBe(expected);
});
