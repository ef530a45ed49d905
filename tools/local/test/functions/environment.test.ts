import type { Addresses } from '../../addresses';
import type { Blueprint } from '../../blueprint';
import { environmentOf } from '../../functions/environment';
import { callerOf } from '../../identity/credentials';
import { blueprintOf } from './function-of';

const PLACE = { region: 'eu-west-1', accountId: '111122223333' };

const blueprint = {
  queues: [PLACE],
  webSocketApis: [
    {
      ...PLACE,
      logicalId: 'Api',
      apiId: 'a1b2',
      stage: { name: 'live', variables: {} },
      domains: [
        { host: 'ws.example.com', mappingKey: '' },
        { host: 'shared.example.com', mappingKey: 'chat' },
      ],
    },
  ],
  loadBalancers: [
    {
      logicalId: 'LoadBalancer',
      dnsName: 'lb.eu-west-1.elb.amazonaws.com',
      hosts: ['api.example.com'],
      listeners: [
        { logicalId: 'Https', protocol: 'HTTPS', port: 443, rules: [] },
        { logicalId: 'Http', protocol: 'HTTP', port: 8080, rules: [] },
      ],
    },
    {
      logicalId: 'WebSockets',
      dnsName: 'sockets.eu-west-1.elb.amazonaws.com',
      hosts: ['shop.example.com', 'live.example.com'],
      listeners: [
        {
          logicalId: 'Shared',
          protocol: 'HTTPS',
          port: 443,
          rules: [
            {
              conditions: [
                { Field: 'host-header', HostHeaderConfig: { Values: ['live.example.com'] } },
                { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'Upgrade', Values: ['websocket'] } },
              ],
              actions: [{ Type: 'forward' }],
            },
          ],
        },
      ],
    },
  ],
  distributions: [{ logicalId: 'Edge', domainName: 'd1.cloudfront.net', hosts: ['app.example.com'] }],
} as unknown as Blueprint;

const addresses: Addresses = {
  origins: { 'https://page.example.com': 'http://page.localhost:5', 'app://localhost': 'http://localhost:5' },
  awsEndpoint: 'http://127.0.0.1:1',
  webSocketApis: { Api: { port: 2, url: 'ws://ws.localhost:2', managementUrl: 'http://127.0.0.1:2/live' } },
  loadBalancers: {
    Https: { port: 3, url: 'http://api.localhost:3' },
    Http: { port: 4, url: 'http://api.localhost:4' },
    Shared: { port: 6, url: 'http://shop.localhost:6', webSocketUrl: 'ws://live.localhost:6/socket' },
  },
  distributions: { Edge: { port: 7, url: 'http://app.localhost:7', webSocketUrl: 'ws://app.localhost:7/socket' } },
};

function environment(variables: Record<string, string>): Record<string, string> {
  return environmentOf(blueprintOf('', { ...PLACE, environment: variables }), blueprint, addresses);
}

test.each([
  ['a custom domain', 'https://ws.example.com', 'http://127.0.0.1:2/live'],
  ['a custom domain with a mapping', 'https://shared.example.com/chat', 'http://127.0.0.1:2/live'],
  ['an execute-api endpoint', 'https://a1b2.execute-api.eu-west-1.amazonaws.com/live', 'http://127.0.0.1:2/live'],
  ['a custom domain with a path', 'https://ws.example.com/@connections', 'http://127.0.0.1:2/live/@connections'],
  ['a WebSocket', 'wss://ws.example.com', 'ws://ws.localhost:2'],
  ['a load balancer', 'https://api.example.com/v1', 'http://api.localhost:3/v1'],
  ['a listener on another port', 'http://api.example.com:8080/v1', 'http://api.localhost:4/v1'],
  ['a listener for WebSockets', 'wss://live.example.com/socket', 'ws://live.localhost:6/socket'],
  ['a host for WebSockets', 'https://live.example.com/', 'http://live.localhost:6/'],
  ['the other host of a listener for WebSockets', 'https://shop.example.com/v1', 'http://shop.localhost:6/v1'],
  ['a distribution', 'https://app.example.com/v1', 'http://app.localhost:7/v1'],
  ['a distribution without an alternate domain name', 'https://d1.cloudfront.net', 'http://app.localhost:7'],
  ['a WebSocket of a distribution', 'wss://app.example.com/socket', 'ws://app.localhost:7/socket'],
  ['a queue', 'https://sqs.eu-west-1.amazonaws.com/000000000000/work', 'http://127.0.0.1:1/000000000000/work'],
  [
    'an origin in a list',
    'https://a.example.com,https://page.example.com',
    'https://a.example.com,http://page.localhost:5',
  ],
  ['the origin of an app in a list', 'my-app://localhost,app://localhost', 'my-app://localhost,http://localhost:5'],
  [
    'a load balancer in a JSON list',
    '["https://www.example.com","https://api.example.com"]',
    '["https://www.example.com","http://api.localhost:3"]',
  ],
])('the environment of a function has the local URL of %s', (_, there, here) => {
  expect(environment({ URL: there }).URL).toBe(here);
});

test.each([
  ['another host', 'https://api.example.com.evil.org'],
  ['another port', 'https://api.example.com:8443'],
  ['a scheme that ends in the same letters', 'my-app://localhost'],
  ['a WebSocket of a host for HTTP', 'wss://shop.example.com'],
  ['another mapping', 'https://shared.example.com/other'],
  ['a host without a scheme', 'api.example.com'],
  ['a token issuer', 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc'],
])('the environment of a function does not replace the URL of %s', (_, text) => {
  expect(environment({ URL: text }).URL).toBe(text);
});

test("an SDK in a function calls the local AWS endpoint as the function's role", () => {
  const variables = environment({});
  expect(variables).toMatchObject({ AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' });
  const caller = callerOf(
    `AWS4-HMAC-SHA256 Credential=${variables.AWS_ACCESS_KEY_ID}/20260101/eu-west-1/sqs/aws4_request`,
  );
  expect(caller).toEqual({ kind: 'role', roleArn: 'arn:aws:iam::000000000000:role/function' });
});

test('a function inherits only PATH from the environment of the runner', () => {
  process.env.TWINLANE_TEST_SECRET = 'secret';
  try {
    expect(Object.values(environment({}))).not.toContain('secret');
    expect(environment({}).PATH).toBe(process.env.PATH);
  } finally {
    delete process.env.TWINLANE_TEST_SECRET;
  }
});

test('a variable in the template does not replace one that Lambda sets', () => {
  expect(environment({ AWS_REGION: 'mars', TABLE: 'messages' })).toMatchObject({
    AWS_REGION: 'eu-west-1',
    TABLE: 'messages',
  });
});
