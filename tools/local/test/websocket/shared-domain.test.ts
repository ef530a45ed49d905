import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { WebSocketApiBlueprint } from '../../blueprint';
import { type Gateway, startGateway } from '../../websocket/gateway';
import { apiOf, DEVELOPER, type Event, frame, http } from './running';

let gateway: Gateway;
let clients: WebSocket[] = [];
afterEach(async () => {
  for (const client of clients) client.terminate();
  await gateway.drain();
});

/** Each API answers with its id, the domain name and the connection. */
async function start(...apis: Partial<Omit<WebSocketApiBlueprint, 'routes'>>[]): Promise<void> {
  clients = [];
  gateway = await startGateway(
    { webSocketApis: apis.map((api) => apiOf([{ returnsResponse: true }], { name: 'api', ...api })) },
    {
      invoke: async (_functionArn, event) => {
        const { apiId, domainName, connectionId } = (event as Event).requestContext;
        return { payload: { statusCode: 200, body: JSON.stringify({ apiId, domainName, connectionId }) } };
      },
      identity: DEVELOPER,
      awsEndpoint: 'http://127.0.0.1:1',
      log: () => undefined,
    },
  );
}

const api = (logicalId: string, mappingKey: string, host = 'rt.example.com') => ({
  ...{ logicalId, apiId: logicalId.toLowerCase() },
  domains: [{ host, mappingKey }],
});

function client(port: string, path: string, headers: Record<string, string> = {}): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.ports[port]}${path}`, { headers });
  clients.push(socket);
  socket.on('error', () => socket.terminate());
  return socket;
}

async function answer(port: string, path: string, headers?: Record<string, string>) {
  const socket = client(port, path, headers);
  await once(socket, 'open');
  socket.send('x');
  return { socket, ...JSON.parse(await frame(socket)) };
}

async function refusal(port: string, path: string, headers?: Record<string, string>): Promise<number> {
  const [, response] = await once(client(port, path, headers), 'unexpected-response');
  response.resume();
  return response.statusCode;
}

test.each([
  ['Chat', '/chat', 'chat'],
  ['Chat', '/ticks', 'ticks'],
  ['Ticks', '/chat', 'chat'],
  ['Ticks', '/ticks/', 'ticks'],
])('at the port of %s, the path %s of a domain leads to the API %s', async (port, path, apiId) => {
  await start(api('Chat', 'chat'), api('Ticks', 'ticks'));
  expect(await answer(port, path)).toMatchObject({ apiId, domainName: 'rt.example.com' });
  expect(await answer(port, path, { Host: 'rt.localhost' })).toMatchObject({ apiId });
});

test('the default endpoint of an API is at its own port only', async () => {
  await start(api('Chat', 'chat'), api('Ticks', 'ticks'));
  expect(await answer('Ticks', '/prod')).toMatchObject({ apiId: 'ticks' });
  expect(await answer('Chat', '/prod')).toMatchObject({ apiId: 'chat' });
  const Host = 'ticks.execute-api.eu-central-1.amazonaws.com';
  expect(await answer('Ticks', '/prod', { Host })).toMatchObject({ domainName: Host });
  expect(await refusal('Chat', '/prod', { Host })).toBe(403);
});

test.each(['/', '/other', '/chat/more', '/ticksy'])(
  'the path %s of a domain without such a key gets 403',
  async (path) => {
    await start(api('Chat', 'chat'), api('Ticks', 'ticks'));
    expect(await refusal('Chat', path)).toBe(403);
  },
);

test('a domain of another name is at the port of its own API only', async () => {
  await start(api('Chat', 'chat'), api('Ticks', 'ticks', 'other.example.com'));
  expect(await refusal('Chat', '/ticks')).toBe(403);
});

test('domains of the same name in two Regions are apart', async () => {
  await start(api('Chat', 'chat'), { ...api('Ticks', 'ticks'), region: 'eu-west-1' });
  expect(await refusal('Chat', '/ticks')).toBe(403);
  expect(await answer('Ticks', '/ticks')).toMatchObject({ apiId: 'ticks' });
});

test('@connections at the domain has the connections of the API of the mapping key', async () => {
  await start(api('Chat', 'chat'), api('Ticks', 'ticks'));
  const { socket, connectionId } = await answer('Chat', '/ticks');
  const status = async (key: string) => {
    const path = `/${key}/@connections/${encodeURIComponent(connectionId)}`;
    return (await http(gateway.ports.Chat ?? 0, 'POST', path)).status;
  };
  const received = frame(socket);
  expect(await status('ticks')).toBe(200);
  expect(await received).toBe('');
  expect(await status('chat')).toBe(410);
  expect(await status('other')).toBe(403);
});
