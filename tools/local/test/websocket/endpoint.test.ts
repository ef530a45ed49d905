import type { WebSocketApiBlueprint } from '../../blueprint';
import { endpointOf } from '../../websocket/endpoint';
import { apiOf, REGION } from './running';

const DEFAULT = `abc123.execute-api.${REGION}.amazonaws.com`;
const domains = [
  { host: 'ws.example.com', mappingKey: '' },
  { host: 'live.example.com', mappingKey: 'v1' },
];

function find(host: string, path: string, api: Partial<Omit<WebSocketApiBlueprint, 'routes'>> = { domains }) {
  const endpoint = endpointOf(apiOf([], api), host, path);
  return endpoint && `${endpoint.domainName} ${endpoint.path}`;
}

test.each([
  ['the custom domain', 'ws.example.com', '/', 'ws.example.com /'],
  ['the custom domain in capitals and with a port', 'WS.example.com:8443', '/', 'ws.example.com /'],
  ['a custom domain and its mapping key', 'live.example.com', '/v1', 'live.example.com /'],
  ['a custom domain, its mapping key and a slash', 'live.example.com', '/v1/', 'live.example.com /'],
  ['the default endpoint with its stage', DEFAULT, '/prod', `${DEFAULT} /`],
  ['ws.localhost', 'ws.localhost:3000', '/', 'ws.example.com /'],
  ['the first label of the other domain before .localhost', 'live.localhost', '/v1', 'live.example.com /'],
  ['an unknown label before .localhost', 'socket.localhost', '/', 'ws.example.com /'],
  ['an IP address with the stage', '127.0.0.1:3000', '/prod', `${DEFAULT} /`],
  ['an IP address without the stage', '127.0.0.1', '/', 'ws.example.com /'],
  ['an IPv6 address', '[::1]:3000', '/', 'ws.example.com /'],
  ['localhost', 'localhost', '/v1', 'live.example.com /'],
  ['the path of a connection', 'ws.example.com', '/@connections/a', 'ws.example.com /@connections/a'],
  [
    'the path of a connection under a mapping key',
    'live.example.com',
    '/v1/%40connections/a',
    'live.example.com /%40connections/a',
  ],
  ['the path of a connection under the stage', DEFAULT, '/prod/@connections/a', `${DEFAULT} /@connections/a`],
])('the API is found by %s', (_what, host, path, expected) => {
  expect(find(host, path)).toBe(expected);
});

test.each([
  ['another host', 'example.com', '/'],
  ['an empty host', '', '/'],
  ['a path under a domain without a mapping key', 'ws.example.com', '/chat'],
  ['a domain without its mapping key', 'live.example.com', '/'],
  ['a path that only starts with the mapping key', 'live.example.com', '/v10'],
  ['another stage', DEFAULT, '/dev'],
  ['the default endpoint without a stage', DEFAULT, '/'],
  ['the default endpoint of another API', DEFAULT.replace('abc', 'xyz'), '/prod'],
  ['a domain with the stage', 'ws.example.com', '/prod'],
])('the API is not found by %s', (_what, host, path) => {
  expect(find(host, path)).toBeUndefined();
});

test('a disabled default endpoint is not found by any name', () => {
  const api = { domains, defaultEndpointDisabled: true };
  expect(find(DEFAULT, '/prod', api)).toBeUndefined();
  expect(find('127.0.0.1', '/prod', api)).toBeUndefined();
});

test('ws.localhost is the default endpoint if there is no custom domain', () => {
  expect(find('ws.localhost', '/prod', { domains: [] })).toBe(`${DEFAULT} /`);
});
