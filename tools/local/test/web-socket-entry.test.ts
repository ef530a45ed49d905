import { urlsOf } from '../urls';
import { webSocketEntryOf } from '../web-socket-entry';
import { distribution, originOf } from './cloudfront/distribution-of';
import { blueprintOf, ENTRY_POINTS, webSocketRule } from './supervisor/blueprint-of';

const ALB = { hosts: ['api.example.com', 'ws.example.com'], dnsName: 'balancer.us-east-1.elb.amazonaws.com' };
const OTHER = {
  conditions: [],
  actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '426' } }],
};
const FORWARD = { conditions: [], actions: [{ Type: 'forward', TargetGroupArn: 'arn:http' }] };

test('a listener with a rule for a host and the header Upgrade is an entry for WebSockets with that host', () => {
  expect(webSocketEntryOf({ rules: [webSocketRule('ws.example.com'), FORWARD] }, ALB)).toEqual({
    hosts: ['ws.example.com'],
    only: false,
  });
});

test('a listener that only answers other requests itself serves only WebSockets', () => {
  expect(webSocketEntryOf({ rules: [webSocketRule('ws.example.com'), OTHER] }, ALB)?.only).toBe(true);
});

test('a rule without a condition on the host is for every host of the load balancer', () => {
  expect(webSocketEntryOf({ rules: [webSocketRule()] }, ALB)?.hosts).toEqual([...ALB.hosts, ALB.dnsName]);
});

test.each([
  ['the path of its condition', ['/socket'], '/socket'],
  ['no path for a wildcard', ['/socket/*'], undefined],
  ['the first path without a wildcard', ['/s?', '/socket', '/other'], '/socket'],
])('an entry for WebSockets has %s', (_, Values, path) => {
  const { conditions, actions } = webSocketRule();
  const rule = { conditions: [...conditions, { Field: 'path-pattern', PathPatternConfig: { Values } }], actions };
  expect(webSocketEntryOf({ rules: [rule] }, ALB)?.path).toBe(path);
});

test('a wildcard in the condition on the host stands for the hosts of the load balancer that match it', () => {
  expect(webSocketEntryOf({ rules: [webSocketRule('ws.*')] }, ALB)?.hosts).toEqual(['ws.example.com']);
});

test.each([
  ['no condition on the header Upgrade', FORWARD],
  ['a condition on another header', withHeader('X-Upgrade', 'websocket')],
  ['another protocol', withHeader('Upgrade', 'h2c')],
  ['an action that does not forward', { ...webSocketRule(), actions: OTHER.actions }],
])('a listener whose rule has %s is not an entry for WebSockets', (_, rule) => {
  expect(webSocketEntryOf({ rules: [rule] }, ALB)).toBeUndefined();
});

test('the name of the header and its value match in any case', () => {
  expect(webSocketEntryOf({ rules: [withHeader('upgrade', 'WebSocket')] }, ALB)).toBeDefined();
});

function withHeader(HttpHeaderName: string, value: string) {
  const HttpHeaderConfig = { HttpHeaderName, Values: [value] };
  return { conditions: [{ Field: 'http-header', HttpHeaderConfig }], actions: FORWARD.actions };
}

describe('the URLs of an app with WebSocket servers', () => {
  const urls = (rules: ReturnType<typeof webSocketRule>[], apis: typeof ENTRY_POINTS.webSocketApis = []) => {
    const loadBalancers = ENTRY_POINTS.loadBalancers.map((balancer) => ({
      ...balancer,
      listeners: balancer.listeners.map((listener) => ({ ...listener, rules })),
    }));
    return urlsOf(blueprintOf({ loadBalancers, webSocketApis: apis }), {
      awsEndpoint: 'http://127.0.0.1:3',
      loadBalancers: { Https: { port: 1, url: 'http://api.localhost:1', webSocketUrl: 'ws://ws.localhost:1' } },
      webSocketApis: Object.fromEntries(
        apis.map(({ logicalId }) => [
          logicalId,
          { port: 2, url: 'ws://localhost:2', managementUrl: 'http://localhost:2' },
        ]),
      ),
    });
  };

  it('contain both URLs of a listener that serves HTTP, too, and no management API', () => {
    expect(urls([webSocketRule(), FORWARD])).toMatchObject({
      http: 'http://api.localhost:1',
      websocket: 'ws://ws.localhost:1',
      management: undefined,
      endpoints: [
        { kind: 'http', logicalId: 'Https', url: 'http://api.localhost:1' },
        { kind: 'websocket', logicalId: 'Https', url: 'ws://ws.localhost:1' },
      ],
    });
  });

  it('contain no HTTP URL of a listener that serves only WebSockets', () => {
    const { http, endpoints } = urls([webSocketRule(), OTHER]);
    expect(http).toBeUndefined();
    expect(endpoints).toEqual([{ kind: 'websocket', logicalId: 'Https', stack: 'App', url: 'ws://ws.localhost:1' }]);
  });

  it('begin with those of a distribution, and name it for the entry points behind it', () => {
    const behind = { origins: [originOf({ target: { listener: 'Https' } })] };
    const blueprint = blueprintOf({ ...ENTRY_POINTS, distributions: [distribution(behind)] });
    const { http, websocket, management, endpoints } = urlsOf(blueprint, {
      awsEndpoint: 'http://127.0.0.1:4',
      distributions: { Edge: { port: 1, url: 'http://app.localhost:1', webSocketUrl: 'ws://app.localhost:1/socket' } },
      loadBalancers: { Https: { port: 2, url: 'http://api.localhost:2' } },
      webSocketApis: { Api12345678: { port: 3, url: 'ws://ws.localhost:3', managementUrl: 'http://127.0.0.1:3' } },
    });
    expect({ http, websocket, management }).toEqual({
      http: 'http://app.localhost:1',
      websocket: 'ws://app.localhost:1/socket',
      management: 'http://127.0.0.1:3',
    });
    expect(endpoints.map(({ logicalId, behind: through }) => [logicalId, through])).toEqual([
      ['Edge', undefined],
      ['Https', 'Edge'],
      ['Edge', undefined],
      ['Api12345678', undefined],
    ]);
  });

  it('begin with the WebSocket API if the app has one', () => {
    expect(urls([webSocketRule()], ENTRY_POINTS.webSocketApis)).toMatchObject({
      websocket: 'ws://localhost:2',
      management: 'http://localhost:2',
    });
  });
});
