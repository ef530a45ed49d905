import { behaviorOf } from '../../cloudfront/behavior';
import { behavior, distribution } from './distribution-of';

function selected(path: string, ...patterns: string[]): string | undefined {
  const behaviors = [...patterns, '*'].map((pathPattern) => behavior({ pathPattern }));
  return behaviorOf(distribution({ behaviors }), path)?.pathPattern;
}

test.each([
  ['/v1/topics', '/v1/*'],
  ['/v1/', '/v1/*'],
  ['/docs', '/docs*'],
  ['/documents', '*'],
  ['/v1', '*'],
  ['/socket', '/socket'],
  ['/socket/@connections/abc', '*'],
  ['/socket1', '/socket?'],
  ['/', '*'],
])('the path %s has the behavior %s', (path, pattern) => {
  expect(selected(path, '/v1/*', '/docs*', '/socket', '/socket?')).toBe(pattern);
});

test('the first behavior that matches is used', () => {
  expect(selected('/v1/topics', '/v1/*', '/v1/topics')).toBe('/v1/*');
});

test('path patterns are case-sensitive', () => {
  expect(selected('/V1/topics', '/v1/*')).toBe('*');
});

test('a pattern without a slash at the beginning is the same as with it', () => {
  expect(selected('/images/a.png', 'images/*.png')).toBe('images/*.png');
});

test.each(['/v1/../socket', '/./socket', '/v1/%2e%2e/socket'])(
  'dot segments do not select another behavior: %s',
  (path) => {
    expect(selected(path, '/v1/*', '/socket')).toBe('/socket');
  },
);

test('a path that cannot be normalized matches as it is', () => {
  expect(selected('//', '/v1/*')).toBe('*');
});
