import { originHeaders, originPath } from '../../cloudfront/origin-request';
import type { BehaviorBlueprint } from '../../blueprint';

const VIEWER = { viewerAddress: '192.0.2.1', via: '1.1 d1.cloudfront.net (CloudFront)', requestId: 'id' };

/** @returns the headers that the origin receives, with names in lower case */
function received(
  sent: readonly string[],
  forwards: BehaviorBlueprint['forwards'] = 'allExceptHost',
  headers: Record<string, string> = {},
): Record<string, string> {
  const all = originHeaders(
    ['Host', 'app.example.com', ...sent],
    forwards,
    { domainName: 'api.example.com', headers },
    VIEWER,
  );
  return Object.fromEntries(
    all.flatMap((name, index) => (index % 2 ? [] : [[name.toLowerCase(), all[index + 1] ?? '']])),
  );
}

test('the origin receives its own domain name as Host', () => {
  expect(received([]).host).toBe('api.example.com');
});

test('with the policy for all headers, the origin receives the Host of the viewer', () => {
  expect(received([], 'all').host).toBe('app.example.com');
});

test('the origin receives the headers and cookies of the viewer', () => {
  const sent = [
    'Authorization',
    'Bearer x',
    'Cookie',
    'a=b',
    'Origin',
    'https://app.example.com',
    'User-Agent',
    'test',
  ];
  expect(received(sent)).toMatchObject({
    authorization: 'Bearer x',
    cookie: 'a=b',
    origin: 'https://app.example.com',
    'user-agent': 'test',
  });
});

test('a viewer cannot set a header that the distribution adds', () => {
  const all = originHeaders(
    ['X-Origin-Secret', 'guess', 'x-origin-secret', 'again'],
    'allExceptHost',
    { domainName: 'api.example.com', headers: { 'x-origin-secret': 'secret' } },
    VIEWER,
  );
  expect(all.filter((name) => name.toLowerCase() === 'x-origin-secret')).toHaveLength(1);
  expect(all).toContain('secret');
  expect(all).not.toContain('guess');
});

test.each([
  ['Connection', 'close'],
  ['Upgrade', 'h2c'],
  ['TE', 'trailers'],
  ['Proxy-Authorization', 'x'],
  ['Expect', '100-continue'],
  ['X-Forwarded-Proto', 'ftp'],
  ['X-Real-IP', '198.51.100.1'],
  ['X-Edge-Location', 'here'],
])('the origin does not receive the header %s', (name, value) => {
  expect(received([name, value])).not.toHaveProperty(name.toLowerCase());
});

test('the address of the viewer is appended to X-Forwarded-For', () => {
  expect(received([])['x-forwarded-for']).toBe('192.0.2.1');
  expect(received(['X-Forwarded-For', '198.51.100.1'])['x-forwarded-for']).toBe('198.51.100.1, 192.0.2.1');
});

test('the distribution is appended to Via', () => {
  expect(received(['Via', '1.0 proxy']).via).toBe('1.0 proxy, 1.1 d1.cloudfront.net (CloudFront)');
});

test('the id of the request is that of the distribution', () => {
  expect(received(['X-Amz-Cf-Id', 'guess'])['x-amz-cf-id']).toBe('id');
});

test('without a policy, the origin receives only headers about the body and the version of the object', () => {
  const sent = [
    'Authorization',
    'x',
    'Cookie',
    'a=b',
    'Content-Type',
    'text/plain',
    'If-None-Match',
    '"x"',
    'User-Agent',
    'test',
  ];
  expect(Object.keys(received(sent, 'nothing')).sort()).toEqual([
    'content-type',
    'host',
    'if-none-match',
    'user-agent',
    'via',
    'x-amz-cf-id',
    'x-forwarded-for',
  ]);
  expect(received(sent, 'nothing')['user-agent']).toBe('Amazon CloudFront');
});

test.each([
  ['/v1/topics?limit=1&limit=2', 'allExceptHost', '', '/v1/topics?limit=1&limit=2'],
  ['/v1/topics?a=b?c', 'all', '', '/v1/topics?a=b?c'],
  ['/v1/topics?limit=1', 'nothing', '', '/v1/topics'],
  ['/a%20b', 'allExceptHost', '/live', '/live/a%20b'],
] as const)('the origin receives %s with the policy %s and the prefix "%s" as %s', (url, forwards, prefix, path) => {
  expect(originPath(url, forwards, prefix)).toBe(path);
});
