import type { WebSocketApiBlueprint } from '../../blueprint';
import { endpointOf } from '../../websocket/endpoint';
import { apiOf, REGION } from './running';

const DEFAULT = `abc123.execute-api.${REGION}.amazonaws.com`;
const domains = [
  { host: 'ws.example.com', mappingKey: '' },
  { host: 'live.example.com', mappingKey: 'v1' },
];

function find(host: string, path: string, api: Partial<Omit<WebSocketApiBlueprint, 'routes'>> = { domains }) {
  const endpoint = endpointOf(apiOf([], api), REGION, host, path);
  return endpoint && `${endpoint.domainName} ${endpoint.path}`;
}

test.each([
  ['the custom domain', 'ws.example.com', '/', 'ws.example.com /'],
  ['its name with a port, in capitals', 'WS.example.com:8443', '/', 'ws.example.com /'],
  ['a mapping key', 'live.example.com', '/v1', 'live.example.com /'],
  ['a mapping key and a slash', 'live.example.com', '/v1/', 'live.example.com /'],
  ['the default endpoint by its stage', DEFAULT, '/prod', `${DEFAULT} /`],
  ['ws.localhost', 'ws.localhost:3000', '/', 'ws.example.com /'],
  ['the other domain’s first label', 'live.localhost', '/v1', 'live.example.com /'],
  ['a label that no domain has', 'socket.localhost', '/', 'ws.example.com /'],
  ['an address with the stage', '127.0.0.1:3000', '/prod', `${DEFAULT} /`],
  ['an address without', '127.0.0.1', '/', 'ws.example.com /'],
  ['an address of version 6', '[::1]:3000', '/', 'ws.example.com /'],
  ['localhost', 'localhost', '/v1', 'live.example.com /'],
  ['a connection', 'ws.example.com', '/@connections/a', 'ws.example.com /@connections/a'],
  ['a connection below a key', 'live.example.com', '/v1/%40connections/a', 'live.example.com /%40connections/a'],
  ['a connection below the stage', DEFAULT, '/prod/@connections/a', `${DEFAULT} /@connections/a`],
])('%s', (_what, host, path, expected) => {
  expect(find(host, path)).toBe(expected);
});

test.each([
  ['another host', 'example.com', '/'],
  ['no host', '', '/'],
  ['a path below a domain without a key', 'ws.example.com', '/chat'],
  ['a domain without its key', 'live.example.com', '/'],
  ['what only begins like the key', 'live.example.com', '/v10'],
  ['another stage', DEFAULT, '/dev'],
  ['the default endpoint without a stage', DEFAULT, '/'],
  ['another API', DEFAULT.replace('abc', 'xyz'), '/prod'],
  ['a domain with the stage', 'ws.example.com', '/prod'],
])('nothing for %s', (_what, host, path) => {
  expect(find(host, path)).toBeUndefined();
});

test('a default endpoint that is disabled is nothing, by whatever name', () => {
  const api = { domains, defaultEndpointDisabled: true };
  expect(find(DEFAULT, '/prod', api)).toBeUndefined();
  expect(find('127.0.0.1', '/prod', api)).toBeUndefined();
});

test('without a custom domain, ws.localhost is the default endpoint', () => {
  expect(find('ws.localhost', '/prod', { domains: [] })).toBe(`${DEFAULT} /`);
});
