import { webSocketPathOf } from '../../cloudfront/web-socket-path';
import type { OriginBlueprint } from '../../blueprint';
import { ENTRY_POINTS, webSocketRule } from '../supervisor/blueprint-of';
import { behavior, distribution, originOf } from './distribution-of';

/** Entry points whose API has a mapping key, and whose listener has a rule for WebSockets. */
function lanes({ mappingKey = '', path }: { mappingKey?: string; path?: string } = {}) {
  const rule = webSocketRule('ws.example.com');
  const conditions = path === undefined ? [] : [{ Field: 'path-pattern', PathPatternConfig: { Values: [path] } }];
  return {
    webSocketApis: ENTRY_POINTS.webSocketApis.map((api) => ({
      ...api,
      domains: [{ host: 'ws.example.com', mappingKey }],
    })),
    loadBalancers: ENTRY_POINTS.loadBalancers.map((balancer) => ({
      ...balancer,
      listeners: balancer.listeners.map((listener) => ({
        ...listener,
        rules: [{ ...rule, conditions: [...rule.conditions, ...conditions] }],
      })),
    })),
  };
}

function edge(pathPattern: string, origin: Partial<OriginBlueprint> = {}) {
  return distribution({
    origins: [originOf(origin), originOf({ id: 'Other', target: { bucket: 'page' } })],
    behaviors: [behavior({ pathPattern }), behavior({ originId: 'Other' })],
  });
}

test('viewers open WebSockets of an API at its mapping key', () => {
  expect(webSocketPathOf(edge('/socket'), lanes({ mappingKey: 'socket' }))).toBe('/socket');
});

test('without a mapping key, viewers open WebSockets of an API at the root', () => {
  expect(webSocketPathOf(edge('*'), lanes())).toBe('');
});

test('viewers open WebSockets of an API without a custom domain at its stage', () => {
  const domainName = 'abc.execute-api.us-east-1.amazonaws.com';
  expect(webSocketPathOf(edge('/live', { domainName }), lanes())).toBe('/live');
});

test('the path of the origin is not in the path of viewers', () => {
  const domainName = 'abc.execute-api.us-east-1.amazonaws.com';
  expect(webSocketPathOf(edge('*', { domainName, path: '/live' }), lanes())).toBe('');
});

const LISTENER = { target: { listener: 'Https' } } as const;

test('viewers open WebSockets of a listener at the path of its rule', () => {
  expect(webSocketPathOf(edge('/s*', LISTENER), lanes({ path: '/socket' }))).toBe('/socket');
});

test('viewers open WebSockets of a listener without a path at the pattern of the behavior', () => {
  expect(webSocketPathOf(edge('/live', LISTENER), lanes())).toBe('/live');
});

test('a listener without a path, for all paths, has WebSockets at the root', () => {
  expect(webSocketPathOf(edge('*', LISTENER), lanes())).toBe('');
});

test.each([
  ['no behavior reaches the path of the API', edge('/other'), lanes({ mappingKey: 'socket' })],
  ['the behavior forwards no headers', distribution({ behaviors: [behavior({ forwards: 'nothing' })] }), lanes()],
  ['its origin is a bucket', edge('*', { target: { bucket: 'page' } }), lanes()],
  [
    'its origin is outside the assembly',
    distribution({ origins: [{ ...originOf(), target: { bucket: '' } }] }),
    lanes(),
  ],
])('a distribution has no WebSockets if %s', (_, given, entryPoints) => {
  expect(webSocketPathOf(given, entryPoints)).toBeUndefined();
});
