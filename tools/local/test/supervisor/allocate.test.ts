import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { allocate, localName } from '../../supervisor/allocate';
import { UserError } from '../../user-error';
import { blueprintOf, ENTRY_POINTS, webSocketRule } from './blueprint-of';

test('listeners, APIs and the AWS endpoint each have their own port', async () => {
  const { loadBalancers, webSocketApis, awsEndpoint } = await allocate(blueprintOf(ENTRY_POINTS), 0);
  const ports = [loadBalancers.Https?.port, webSocketApis.Api12345678?.port, Number(new URL(awsEndpoint).port)];
  expect(new Set(ports).size).toBe(3);
  expect(loadBalancers.Https?.url).toMatch(new RegExp(`^http://(api\\.)?localhost:${ports[0]}$`));
  expect(webSocketApis.Api12345678?.url).toMatch(new RegExp(`^ws://(ws\\.)?localhost:${ports[1]}$`));
  expect(webSocketApis.Api12345678?.managementUrl).toBe(`http://127.0.0.1:${ports[1]}`);
});

test('an API without a custom domain has its stage in the path', async () => {
  const webSocketApis = ENTRY_POINTS.webSocketApis.map((api) => ({ ...api, domains: [] }));
  const { Api12345678 } = (await allocate(blueprintOf({ webSocketApis }), 0)).webSocketApis;
  expect(Api12345678?.url).toBe(`ws://localhost:${Api12345678?.port}/live`);
  expect(Api12345678?.managementUrl).toBe(`http://127.0.0.1:${Api12345678?.port}/live`);
});

test('a listener with a rule for WebSockets has a URL for them, with the host of the rule', async () => {
  const [balancer] = ENTRY_POINTS.loadBalancers;
  const hosts = ['ws.example.com', 'api.example.com'];
  const listeners = (balancer?.listeners ?? []).map((each) => ({ ...each, rules: [webSocketRule('ws.example.com')] }));
  const loadBalancers = balancer ? [{ ...balancer, hosts, listeners }] : [];
  const { Https } = (await allocate(blueprintOf({ loadBalancers }), 0)).loadBalancers;
  expect(Https?.webSocketUrl).toBe(`ws://${await localName('ws.example.com')}:${Https?.port}`);
  expect(Https?.url).toBe(`http://${await localName('api.example.com')}:${Https?.port}`);
});

test('a listener without a rule for WebSockets has no URL for them', async () => {
  const { Https } = (await allocate(blueprintOf(ENTRY_POINTS), 0)).loadBalancers;
  expect(Https).toEqual({ port: Https?.port, url: expect.any(String) });
});

test.each(['', 'localhost', '127.0.0.1', '[::1]', '-', '.', '*.example.com'])(
  'a host without a label that can be in a local name is localhost: "%s"',
  async (host) => {
    expect(await localName(host)).toBe('localhost');
  },
);

test.each(['127.0.0.1', '::1'])('the error for a port in use at %s names the port', async (host) => {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(allocate(blueprintOf(), port)).rejects.toEqual(
    new UserError(`Port ${port} is in use. Fix: stop the program that uses it, or set another first port (--port).`),
  );
  server.close();
});
