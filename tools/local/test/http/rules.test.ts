import fc from 'fast-check';
import { answering, targetGroupOf } from '../../http/listener/actions';
import { type Condition, meets } from '../../http/listener/conditions';
import type { RequestFacts } from '../../http/listener/request-facts';
import { matchesWildcard } from '../../http/listener/wildcard';
import { ask, balancer, closeAll } from './balancer';

afterEach(closeAll);

const facts: RequestFacts = {
  method: 'GET',
  hosts: ['api.localhost', 'api.example.com'],
  path: '/v1/Topics',
  query: 'Version=One&flag',
  headers: { 'user-agent': ['Mozilla/5.0'], upgrade: ['websocket'] },
  sourceIp: '10.1.2.3',
};

const MET: [string, Condition][] = [
  ['a host, whatever its case', { Field: 'host-header', HostHeaderConfig: { Values: ['API.example.com'] } }],
  ['a host by wildcard', { Field: 'host-header', Values: ['*.example.com'] }],
  ['a path', { Field: 'path-pattern', PathPatternConfig: { Values: ['/nope', '/v1/T?pics'] } }],
  ['a header', { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'User-Agent', Values: ['mozilla*'] } }],
  ['an upgrade', { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'Upgrade', Values: ['WebSocket'] } }],
  ['a method', { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST', 'GET'] } }],
  ['a parameter', { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'version', Value: 'o*' }] } }],
  ['a parameter of any name', { Field: 'query-string', QueryStringConfig: { Values: [{ Value: 'one' }] } }],
  ['an address', { Field: 'source-ip', SourceIpConfig: { Values: ['192.168.0.0/16', '10.0.0.0/8'] } }],
];

const UNMET: [string, Condition][] = [
  ['another host', { Field: 'host-header', HostHeaderConfig: { Values: ['example.com'] } }],
  ['a path in another case', { Field: 'path-pattern', PathPatternConfig: { Values: ['/v1/topics'] } }],
  ['a path that is longer', { Field: 'path-pattern', PathPatternConfig: { Values: ['/v1'] } }],
  ['a header it lacks', { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-None', Values: ['*'] } }],
  ['a method in another case', { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['get'] } }],
  [
    'a parameter of another value',
    { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'version', Value: '2' }] } },
  ],
  ['an address of another network', { Field: 'source-ip', SourceIpConfig: { Values: ['10.2.0.0/16'] } }],
  ['a network of IPv6', { Field: 'source-ip', SourceIpConfig: { Values: ['2001:db8::/32'] } }],
  ['a condition that is not known', { Field: 'phase-of-the-moon', Values: ['*'] }],
];

test.each(MET)('a request meets %s', (_, condition) => {
  expect(meets(facts, condition)).toBe(true);
});

test.each(UNMET)('a request does not meet %s', (_, condition) => {
  expect(meets(facts, condition)).toBe(false);
});

test('a wildcard without * and ? matches itself only', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (pattern, text) => {
      const literal = pattern.replace(/[*?\\]/g, '');
      expect(matchesWildcard(literal, text, { ignoreCase: false })).toBe(literal === text);
      expect(matchesWildcard(literal, literal, { ignoreCase: false })).toBe(true);
    }),
  );
});

test('an asterisk stands for anything, also for nothing; a backslash makes it itself', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: fc.constantFrom('a', '.', '/', '+') }), (middle, edge) => {
      expect(matchesWildcard(`${edge}*${edge}`, `${edge}${middle}${edge}`, { ignoreCase: false })).toBe(true);
    }),
  );
  expect(matchesWildcard('a\\*', 'a*', { ignoreCase: false })).toBe(true);
  expect(matchesWildcard('a\\*', 'ab', { ignoreCase: false })).toBe(false);
});

test('a pattern of many asterisks takes no time', () => {
  expect(matchesWildcard(`${'*'.repeat(1000)}x`, 'a'.repeat(16_000), { ignoreCase: false })).toBe(false);
});

test('target groups get requests by their weight', () => {
  const action = {
    Type: 'forward',
    ForwardConfig: {
      TargetGroups: [
        { TargetGroupArn: 'none', Weight: 0 },
        { TargetGroupArn: 'one', Weight: 1 },
        { TargetGroupArn: 'three', Weight: 3 },
      ],
    },
  };
  expect([0, 0.24, 0.25, 0.99].map((random) => targetGroupOf(action, random))).toEqual([
    'one',
    'one',
    'three',
    'three',
  ]);
  const nowhere = { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: 'none', Weight: 0 }] } };
  expect(targetGroupOf(nowhere, 0)).toBeUndefined();
});

test('an action that authenticates is passed over', () => {
  const forward = { Type: 'forward', TargetGroupArn: 'arn', Order: 2 };
  expect(answering([{ Type: 'authenticate-oidc', Order: 1 }, forward])).toBe(forward);
});

const fixed = (body: string) => ({
  Type: 'fixed-response',
  FixedResponseConfig: { StatusCode: '200', ContentType: 'text/plain', MessageBody: body },
});

test('the first rule whose every condition is met answers, else the default', async () => {
  const path = { Field: 'path-pattern', Values: ['/a*'] };
  const post = { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST'] } };
  const lane = await balancer({
    rules: [
      { conditions: [path, post], actions: [fixed('both')] },
      { conditions: [path], actions: [fixed('path')] },
      { conditions: [], actions: [fixed('default')] },
    ],
  });
  const bodies = [
    await ask(lane, { method: 'POST', path: '/abc' }),
    await ask(lane, { path: '/abc?x' }),
    await ask(lane, { method: 'POST', path: '/b' }),
  ].map(({ body }) => body);
  expect(bodies).toEqual(['both', 'path', 'default']);
});

test('api.localhost meets a condition on api.example.com', async () => {
  const lane = await balancer({
    rules: [
      { conditions: [{ Field: 'host-header', Values: ['api.example.com'] }], actions: [fixed('api')] },
      { conditions: [], actions: [fixed('default')] },
    ],
  });
  expect((await ask(lane, { headers: { Host: `api.localhost:${lane.port}` } })).body).toBe('api');
  expect((await ask(lane, { headers: { Host: `www.localhost:${lane.port}` } })).body).toBe('default');
});

test('a fixed response has its code, type and body, and says who answers', async () => {
  const rule = {
    Type: 'fixed-response',
    FixedResponseConfig: { StatusCode: '418', ContentType: 'application/json', MessageBody: '{}' },
  };
  const lane = await balancer({ rules: [{ conditions: [], actions: [rule] }] });
  const { status, headers, body } = await ask(lane);
  expect({ status, body }).toEqual({ status: 418, body: '{}' });
  expect(headers).toMatchObject({ server: 'awselb/2.0', 'content-type': 'application/json; charset=utf-8' });
});

test('a redirect keeps what it does not change, and comes with a page', async () => {
  const redirect = {
    Type: 'redirect',
    RedirectConfig: { Host: 'www.example.com', Path: '/new/#{path}', StatusCode: 'HTTP_301' },
  };
  const lane = await balancer({ rules: [{ conditions: [], actions: [redirect] }] });
  const { status, headers } = await ask(lane, { path: '/a?b=c' });
  expect({ status, location: headers.location }).toEqual({
    status: 301,
    location: 'https://www.example.com:443/new/a?b=c',
  });
  expect(headers['content-length']).toBe('134');
});

test('a redirect to a listener of the same load balancer leads to where it listens here', async () => {
  const redirect = {
    Type: 'redirect',
    RedirectConfig: { Protocol: 'HTTPS', Port: '443', Query: '#{query}&x', StatusCode: 'HTTP_302' },
  };
  const lane = await balancer({ rules: [{ conditions: [], actions: [redirect] }] });
  const { headers } = await ask(lane, { path: '/a?b', headers: { Host: `api.localhost:${lane.port}` } });
  expect(headers.location).toBe(`http://api.localhost:${lane.port}/a?b&x`);
});
