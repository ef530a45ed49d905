import fc from 'fast-check';
import { answering, targetGroupOf } from '../../http/listener/actions';
import { type Condition, meets } from '../../http/listener/conditions';
import type { RequestFacts } from '../../http/listener/request-facts';
import { matchesWildcard } from '../../http/listener/wildcard';
import { balancer, closeAll, raw, send } from './balancer';

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
  ['a host in any case', { Field: 'host-header', HostHeaderConfig: { Values: ['API.example.com'] } }],
  ['a host by wildcard', { Field: 'host-header', Values: ['*.example.com'] }],
  ['a path', { Field: 'path-pattern', PathPatternConfig: { Values: ['/nope', '/v1/T?pics'] } }],
  ['a header', { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'User-Agent', Values: ['mozilla*'] } }],
  ['an upgrade', { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'Upgrade', Values: ['WebSocket'] } }],
  ['a method', { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST', 'GET'] } }],
  ['a parameter', { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'version', Value: 'o*' }] } }],
  ['a parameter with any name', { Field: 'query-string', QueryStringConfig: { Values: [{ Value: 'one' }] } }],
  ['an address', { Field: 'source-ip', SourceIpConfig: { Values: ['192.168.0.0/16', '10.0.0.0/8'] } }],
];

const UNMET: [string, Condition][] = [
  ['a different host', { Field: 'host-header', HostHeaderConfig: { Values: ['example.com'] } }],
  ['a path in another case', { Field: 'path-pattern', PathPatternConfig: { Values: ['/v1/topics'] } }],
  ['a prefix of the path', { Field: 'path-pattern', PathPatternConfig: { Values: ['/v1'] } }],
  ['a missing header', { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-None', Values: ['*'] } }],
  ['a method in another case', { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['get'] } }],
  [
    'a parameter with a different value',
    { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'version', Value: '2' }] } },
  ],
  ['an address in another network', { Field: 'source-ip', SourceIpConfig: { Values: ['10.2.0.0/16'] } }],
  ['an IPv6 network', { Field: 'source-ip', SourceIpConfig: { Values: ['2001:db8::/32'] } }],
  ['an unknown field', { Field: 'phase-of-the-moon', Values: ['*'] }],
];

test.each(MET)('a request meets a condition on %s', (_, condition) => {
  expect(meets(facts, condition)).toBe(true);
});

test.each(UNMET)('a request does not meet a condition on %s', (_, condition) => {
  expect(meets(facts, condition)).toBe(false);
});

test('a pattern without * and ? matches only itself', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (pattern, text) => {
      const literal = pattern.replace(/[*?\\]/g, '');
      expect(matchesWildcard(literal, text, { ignoreCase: false })).toBe(literal === text);
      expect(matchesWildcard(literal, literal, { ignoreCase: false })).toBe(true);
    }),
  );
});

test('an asterisk matches any text, including empty text, and a backslash escapes it', () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ unit: fc.constantFrom('a', '.', '/', '+') }), (middle, edge) => {
      expect(matchesWildcard(`${edge}*${edge}`, `${edge}${middle}${edge}`, { ignoreCase: false })).toBe(true);
    }),
  );
  expect(matchesWildcard('a\\*', 'a*', { ignoreCase: false })).toBe(true);
  expect(matchesWildcard('a\\*', 'ab', { ignoreCase: false })).toBe(false);
});

test('a pattern with many asterisks is matched quickly', () => {
  expect(matchesWildcard(`${'*'.repeat(1000)}x`, 'a'.repeat(16_000), { ignoreCase: false })).toBe(false);
});

test('target groups receive requests in proportion to their weights', () => {
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

test('an authentication action is skipped', () => {
  const forward = { Type: 'forward', TargetGroupArn: 'arn', Order: 2 };
  expect(answering([{ Type: 'authenticate-oidc', Order: 1 }, forward])).toBe(forward);
});

const fixed = (body: string) => ({
  Type: 'fixed-response',
  FixedResponseConfig: { StatusCode: '200', ContentType: 'text/plain', MessageBody: body },
});

test('the first rule whose conditions are all met handles a request, and otherwise the default rule', async () => {
  const path = { Field: 'path-pattern', Values: ['/a*'] };
  const post = { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['POST'] } };
  const alb = await balancer({
    rules: [
      { conditions: [path, post], actions: [fixed('both')] },
      { conditions: [path], actions: [fixed('path')] },
      { conditions: [], actions: [fixed('default')] },
    ],
  });
  const bodies = [
    await send(alb, { method: 'POST', path: '/abc' }),
    await send(alb, { path: '/abc?x' }),
    await send(alb, { method: 'POST', path: '/b' }),
  ].map(({ body }) => body);
  expect(bodies).toEqual(['both', 'path', 'default']);
});

test('api.localhost meets a condition on api.example.com', async () => {
  const alb = await balancer({
    rules: [
      { conditions: [{ Field: 'host-header', Values: ['api.example.com'] }], actions: [fixed('api')] },
      { conditions: [], actions: [fixed('default')] },
    ],
  });
  expect((await send(alb, { headers: { Host: `api.localhost:${alb.port}` } })).body).toBe('api');
  expect((await send(alb, { headers: { Host: `www.localhost:${alb.port}` } })).body).toBe('default');
});

test('localhost stands for the only host of a load balancer', async () => {
  const host = { Field: 'host-header', HostHeaderConfig: { Values: ['api.example.com'] } };
  const rules = [
    { conditions: [host], actions: [fixed('api')] },
    { conditions: [], actions: [fixed('default')] },
  ];
  expect((await send(await balancer({ rules }), { headers: { Host: 'localhost:1' } })).body).toBe('api');
});

describe('a rule for WebSockets', () => {
  const host = { Field: 'host-header', Values: ['ws.example.com'] };
  const upgrade = { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'Upgrade', Values: ['websocket'] } };
  const upgradeRequired = {
    Type: 'fixed-response',
    FixedResponseConfig: { StatusCode: '426', ContentType: 'text/plain', MessageBody: 'Connect a WebSocket' },
  };
  const rules = [
    { conditions: [host, upgrade], actions: [{ Type: 'forward', TargetGroupArn: 'arn:group' }] },
    { conditions: [host], actions: [upgradeRequired] },
    { conditions: [], actions: [fixed('default')] },
  ];
  const request = (Host: string, Upgrade?: string) => {
    const more = Upgrade ? `Connection: Upgrade\r\nUpgrade: ${Upgrade}\r\n` : 'Connection: close\r\n';
    return `GET /socket HTTP/1.1\r\nHost: ${Host}\r\n${more}\r\n`;
  };

  // There is no target: 503 shows that the rule was chosen.
  test.each([
    ['ws.example.com', 'websocket', 503],
    ['ws.localhost:4510', 'WebSocket', 503],
    ['localhost:4510', 'websocket', 503],
    ['127.0.0.1:4510', 'websocket', 503],
    ['ws.localhost:4510', undefined, 426],
    ['ws.localhost:4510', 'h2c', 426],
    ['api.localhost:4510', 'websocket', 200],
    ['localhost:4510', undefined, 200],
    ['localhost:4510', 'h2c', 200],
  ])('a request to %s with the upgrade %s gets %d', async (Host, protocol, status) => {
    const answer = await raw(await balancer({ rules }), request(Host, protocol));
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  test('a request for a WebSocket that matches a fixed response gets it, with its title, and the connection closes', async () => {
    const alb = await balancer({ rules: [{ conditions: [upgrade], actions: [upgradeRequired] }, ...rules] });
    const answer = await raw(alb, request('ws.localhost', 'websocket'));
    expect(answer).toMatch(/^HTTP\/1\.1 426 Upgrade Required\r\n/);
    expect(answer).toMatch(/\r\nConnection: close\r\n[\s\S]*\r\nConnect a WebSocket$/);
  });
});

test('a page of another site cannot reach the load balancer by a name that resolves to this machine', async () => {
  const alb = await balancer({
    rules: [
      { conditions: [{ Field: 'host-header', Values: ['*.example.org'] }], actions: [fixed('shop')] },
      { conditions: [], actions: [fixed('default')] },
    ],
  });
  const answerFor = async (Host: string) => {
    const { status, body } = await send(alb, { headers: { Host } });
    return status === 200 ? body : status;
  };
  expect(await answerFor('rebound.example.com')).toBe(403);
  expect(await answerFor('localhost.example.com')).toBe(403);
  for (const expected of ['API.example.com', 'localhost:1', '127.0.0.1', '[::1]', 'b']) {
    expect([expected, await answerFor(expected)]).toEqual([expected, 'default']);
  }
  expect(await answerFor('shop.example.org')).toBe('shop');
});

test('a fixed response has its status code, type and body, and the Server header of the load balancer', async () => {
  const rule = {
    Type: 'fixed-response',
    FixedResponseConfig: { StatusCode: '418', ContentType: 'application/json', MessageBody: '{}' },
  };
  const alb = await balancer({ rules: [{ conditions: [], actions: [rule] }] });
  const { status, headers, body } = await send(alb);
  expect({ status, body }).toEqual({ status: 418, body: '{}' });
  expect(headers).toMatchObject({ server: 'awselb/2.0', 'content-type': 'application/json; charset=utf-8' });
});

test('a redirect keeps the parts of the URL that it does not change, and has a page as body', async () => {
  const redirect = {
    Type: 'redirect',
    RedirectConfig: { Host: 'www.example.com', Path: '/new/#{path}', StatusCode: 'HTTP_301' },
  };
  const alb = await balancer({ rules: [{ conditions: [], actions: [redirect] }] });
  const { status, headers } = await send(alb, { path: '/a?b=c' });
  expect({ status, location: headers.location }).toEqual({
    status: 301,
    location: 'https://www.example.com:443/new/a?b=c',
  });
  expect(headers['content-length']).toBe('134');
});

test('a redirect to a listener of the same load balancer leads to the local port of the listener', async () => {
  const redirect = {
    Type: 'redirect',
    RedirectConfig: { Protocol: 'HTTPS', Port: '443', Query: '#{query}&x', StatusCode: 'HTTP_302' },
  };
  const alb = await balancer({ rules: [{ conditions: [], actions: [redirect] }] });
  const { headers } = await send(alb, { path: '/a?b', headers: { Host: `api.localhost:${alb.port}` } });
  expect(headers.location).toBe(`http://api.localhost:${alb.port}/a?b&x`);
});
