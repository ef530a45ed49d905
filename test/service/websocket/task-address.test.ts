import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { taskAddress } from '../../../service/websocket/task-address';

let server: Server;
let metadata: object;
let environment: NodeJS.ProcessEnv;

beforeEach(async () => {
  server = createServer((request, response) => {
    response.end(JSON.stringify(request.url === '/v4/container' ? metadata : {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  environment = { ECS_CONTAINER_METADATA_URI_V4: `http://127.0.0.1:${port}/v4/container` };
});

afterEach(() => {
  server.close();
  server.closeAllConnections();
});

test('the address of a task is the private IPv4 address in its metadata', async () => {
  metadata = { Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: ['10.0.1.23'], IPv6Addresses: ['fd00::1'] }] };
  expect(await taskAddress(environment)).toBe('10.0.1.23');
});

test.each([[{}], [{ Networks: [] }], [{ Networks: [{}] }], [{ Networks: [{ IPv4Addresses: [] }] }]])(
  'a task with the metadata %j has no address, so it does not start',
  async (given) => {
    metadata = given;
    await expect(taskAddress(environment)).rejects.toThrow('private IPv4 address');
  },
);

test('a task outside ECS does not start', async () => {
  await expect(taskAddress({})).rejects.toThrow('ECS_CONTAINER_METADATA_URI_V4');
});
