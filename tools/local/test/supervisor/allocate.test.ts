import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { allocate, anyFree, localName } from '../../supervisor/allocate';
import { UserError } from '../../user-error';
import { distribution } from '../cloudfront/distribution-of';
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

test('the APIs of a domain have its URL at one port, with their mapping keys, and each has its own port, too', async () => {
  const [api] = ENTRY_POINTS.webSocketApis;
  const apiAt = (mappingKey: string, region = 'us-east-1') =>
    api ? [{ ...api, region, logicalId: mappingKey, domains: [{ host: 'rt.example.com', mappingKey }] }] : [];
  const webSocketApis = [...apiAt('chat'), ...apiAt('ticks'), ...apiAt('far', 'eu-west-1')];
  const { chat, ticks, far } = (await allocate(blueprintOf({ webSocketApis }), 0)).webSocketApis;
  const name = await localName('rt.example.com');
  expect(chat?.url).toBe(`ws://${name}:${chat?.port}/chat`);
  expect(ticks).toEqual({
    port: expect.any(Number),
    url: `ws://${name}:${chat?.port}/ticks`,
    managementUrl: `http://127.0.0.1:${chat?.port}/ticks`,
  });
  expect(new Set([chat?.port, ticks?.port, far?.port]).size).toBe(3);
  expect(far?.url).toBe(`ws://${name}:${far?.port}/far`);
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

test('the URL for WebSockets of a listener has the path of the rule', async () => {
  const [balancer] = ENTRY_POINTS.loadBalancers;
  const { conditions, actions } = webSocketRule('app.example.com');
  const path = { Field: 'path-pattern', PathPatternConfig: { Values: ['/socket'] } };
  const rules = [{ conditions: [...conditions, path], actions }];
  const listeners = (balancer?.listeners ?? []).map((each) => ({ ...each, rules }));
  const loadBalancers = balancer ? [{ ...balancer, hosts: ['app.example.com'], listeners }] : [];
  const { Https } = (await allocate(blueprintOf({ loadBalancers }), 0)).loadBalancers;
  const place = `${await localName('app.example.com')}:${Https?.port}`;
  expect(Https).toMatchObject({ url: `http://${place}`, webSocketUrl: `ws://${place}/socket` });
});

test('a distribution has the first port, and a URL for WebSockets if a behavior is for them', async () => {
  const first = await anyFree();
  const blueprint = blueprintOf({ ...ENTRY_POINTS, distributions: [distribution()] });
  const { distributions = {}, loadBalancers } = await allocate(blueprint, first);
  const place = `${await localName('app.example.com')}:${first}`;
  expect(distributions).toEqual({ Edge: { port: first, url: `http://${place}`, webSocketUrl: `ws://${place}` } });
  expect(loadBalancers.Https?.port).toBe(first + 1);
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
