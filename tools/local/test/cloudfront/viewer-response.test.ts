import type { ResponseHeadersBlueprint } from '../../blueprint';
import { viewerHeaders } from '../../cloudfront/viewer-response';

const FACTS = { via: '1.1 d1.cloudfront.net (CloudFront)', requestId: 'id' };

function received(sent: string[], policy?: ResponseHeadersBlueprint): Record<string, string> {
  const all = viewerHeaders(sent, FACTS, policy);
  return Object.fromEntries(
    all.flatMap((name, index) => (index % 2 ? [] : [[name.toLowerCase(), all[index + 1] ?? '']])),
  );
}

test('a response has the headers of the origin and those of the distribution', () => {
  expect(received(['Content-Type', 'text/html', 'Set-Cookie', 'a=b'])).toEqual({
    'content-type': 'text/html',
    'set-cookie': 'a=b',
    'x-cache': 'Miss from cloudfront',
    via: FACTS.via,
    'x-amz-cf-id': 'id',
  });
});

test('a policy with override replaces the header of the origin', () => {
  const set = [{ name: 'X-Frame-Options', value: 'DENY', override: true }];
  expect(received(['x-frame-options', 'SAMEORIGIN'], { set, remove: [] })['x-frame-options']).toBe('DENY');
});

test('a policy without override keeps the header of the origin, and adds it if it is missing', () => {
  const policy = { set: [{ name: 'X-Frame-Options', value: 'DENY', override: false }], remove: [] };
  expect(received(['x-frame-options', 'SAMEORIGIN'], policy)['x-frame-options']).toBe('SAMEORIGIN');
  expect(received([], policy)['x-frame-options']).toBe('DENY');
});

test('a policy removes headers of the origin', () => {
  expect(received(['Server', 'nginx'], { set: [], remove: ['server'] })).not.toHaveProperty('server');
});
