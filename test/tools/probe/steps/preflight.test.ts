import type { PageRequest } from '../../../../tools/probe/plan';
import {
  cacheTime,
  needsPreflight,
  preflightRefusal,
  preflightRequest,
  unreadable,
} from '../../../../tools/probe/steps/preflight';

const PAGE = 'https://app.example.com';
const JSON_TYPE = { 'content-type': 'application/json' };

function request(parts: Partial<PageRequest> = {}): PageRequest {
  return {
    url: new URL('https://api.example.com/items?page=2'),
    method: 'POST',
    headers: JSON_TYPE,
    origin: PAGE,
    credentials: 'same-origin',
    ...parts,
  };
}

describe('A browser sends a preflight', () => {
  it.each<[string, Partial<PageRequest>]>([
    ['JSON', {}],
    ['another method', { method: 'PUT', headers: {} }],
    ['a token', { method: 'GET', headers: { authorization: 'Bearer x' } }],
    ['a header of its own', { method: 'GET', headers: { 'x-request-id': '1' } }],
    ['a content type with an unsafe byte', { headers: { 'content-type': 'text/plain; a="b"' } }],
    ['an accept with an unsafe byte', { headers: { accept: '{}' } }],
    ['a language with an unsafe byte', { headers: { 'accept-language': 'de_DE' } }],
    ['a value of 129 bytes', { headers: { accept: 'a'.repeat(129) } }],
    ['more than one range', { headers: { range: 'bytes=0-1,3-4' } }],
    ['another port', { url: new URL('https://app.example.com:8443') }],
    ['another scheme', { url: new URL('http://app.example.com') }],
  ])('for %s', (_, parts) => {
    expect(needsPreflight(request(parts))).toBe(true);
  });

  it.each<[string, Partial<PageRequest>]>([
    ['a GET', { method: 'GET', headers: {} }],
    ['a HEAD', { method: 'HEAD', headers: {} }],
    ['text', { headers: { 'content-type': 'Text/Plain;charset=UTF-8' } }],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['safe headers', { headers: { accept: '*/*', 'accept-language': 'de, en;q=0.5', range: 'bytes=0-' } }],
    [
      'headers that only a browser can set',
      { headers: { cookie: 'a=b', 'user-agent': 'x', 'sec-fetch-mode': 'cors' } },
    ],
    ['the own origin', { url: new URL('https://app.example.com/items') }],
    ['no page', { origin: undefined }],
  ])('not for %s', (_, parts) => {
    expect(needsPreflight(request(parts))).toBe(false);
  });
});

test('a preflight names the method and the sorted headers that need permission', () => {
  const headers = { 'x-b': '1', cookie: 'a=b', accept: '*/*', authorization: 'Bearer x', ...JSON_TYPE };

  expect(preflightRequest(request({ headers }))).toEqual({
    method: 'OPTIONS',
    path: '/items?page=2',
    headers: {
      origin: PAGE,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-b',
    },
  });
});

test('a preflight for the method alone names no headers', () => {
  expect(preflightRequest(request({ method: 'DELETE', headers: {} })).headers).toEqual({
    origin: PAGE,
    'access-control-request-method': 'DELETE',
  });
});

const ALLOWED = {
  'access-control-allow-origin': PAGE,
  'access-control-allow-headers': 'Content-Type',
  'access-control-allow-credentials': 'true',
};

const refusalOf = (headers: Record<string, string>, parts: Partial<PageRequest> = {}, status = 204) =>
  preflightRefusal({ status, headers: { ...ALLOWED, ...headers } }, request(parts));

describe('A browser sends the request after a preflight response', () => {
  const everything = {
    'access-control-allow-origin': '*',
    'access-control-allow-headers': '*',
    'access-control-allow-methods': '*',
  };

  it.each<[string, Record<string, string>, Partial<PageRequest>]>([
    ['that allows the origin and the header', {}, {}],
    ['that allows everything', everything, { method: 'PATCH', headers: { 'x-own': '1' } }],
    [
      'that allows everything, and the token by its name',
      { ...everything, 'access-control-allow-headers': '*, Authorization' },
      { headers: { authorization: 'Bearer x' } },
    ],
    ['that allows the method', { 'access-control-allow-methods': 'GET, PUT' }, { method: 'PUT' }],
    ['that allows credentials', {}, { credentials: 'include' }],
  ])('%s', (_, headers, parts) => {
    expect(refusalOf(headers, parts)).toBeUndefined();
  });

  it.each<[string, Record<string, string>, Partial<PageRequest>, number]>([
    ['has the status 403', {}, {}, 403],
    ['has the status 401', {}, {}, 401],
    [
      'allows the origin https://other.example.com only',
      { 'access-control-allow-origin': 'https://other.example.com' },
      {},
      204,
    ],
    ['does not allow the header content-type', { 'access-control-allow-headers': 'x-own' }, {}, 204],
    ['does not allow the header authorization', everything, { headers: { authorization: 'Bearer x' } }, 204],
    ['does not allow the method PUT', { 'access-control-allow-methods': 'put' }, { method: 'PUT' }, 204],
    [
      'does not allow the method PUT',
      { 'access-control-allow-methods': '*' },
      { method: 'PUT', credentials: 'include' },
      204,
    ],
    [
      'does not allow the header x-own',
      { 'access-control-allow-headers': '*' },
      { headers: { 'x-own': '1' }, credentials: 'include' },
      204,
    ],
    ['allows every origin with *', everything, { credentials: 'include' }, 204],
    ['does not allow credentials', { 'access-control-allow-credentials': 'yes' }, { credentials: 'include' }, 204],
  ])('but not after one that %s', (reason, headers, parts, status) => {
    const refusal = refusalOf(headers, parts, status);

    expect(refusal).toContain(`A page of ${PAGE} cannot send this request: the preflight response ${reason}`);
    expect(refusal).toMatch(/\. Fix: .+\.$/);
  });

  it('but not after one without the origin', () => {
    expect(preflightRefusal({ status: 204, headers: {} }, request())).toContain('has no Access-Control-Allow-Origin');
  });
});

describe('A preflight response is cached', () => {
  it.each([
    ['7200', { maxAge: 7200, cachedFor: 7200 }],
    ['86400', { maxAge: 86_400, cachedFor: 7200 }],
    ['0', { maxAge: 0, cachedFor: 0 }],
    ['a while', { cachedFor: 5 }],
  ])('as in Chromium with the max-age %s', (value, expected) => {
    expect(cacheTime({ 'access-control-max-age': value })).toEqual(expected);
  });

  it('for 5 s without a max-age', () => {
    expect(cacheTime({})).toEqual({ cachedFor: 5 });
  });
});

describe('The page of another origin', () => {
  const simple = request({ method: 'GET', headers: {} });

  it('cannot read a response that does not name its origin', () => {
    expect(unreadable({}, simple)).toBe(
      `A page of ${PAGE} cannot read the response: it has no Access-Control-Allow-Origin. Fix: allow the origin ${PAGE} in the API (CORS), or correct --origin.`,
    );
  });

  it('cannot read a response to a request with credentials that does not allow these', () => {
    expect(unreadable({ 'access-control-allow-origin': PAGE }, { ...simple, credentials: 'include' })).toContain(
      'does not allow credentials',
    );
  });

  it.each([PAGE, '*'])('can read a response for %s', (allowed) => {
    expect(unreadable({ 'access-control-allow-origin': allowed }, simple)).toBeUndefined();
  });
});

test('a page can read every response of its own origin', () => {
  expect(unreadable({}, request({ origin: undefined }))).toBeUndefined();
  expect(unreadable({}, request({ origin: 'https://api.example.com' }))).toBeUndefined();
});
