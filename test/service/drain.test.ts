import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { drainable, drainOnSigterm } from '../../service/drain';

const sockets: Socket[] = [];
const servers: Server[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) {
    socket.destroy();
  }
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server whose idle connections never close by themselves. */
async function start(listener: RequestListener, prepare: (server: Server) => void = () => undefined) {
  const server = createServer({ keepAliveTimeout: 3_600_000 }, listener);
  servers.push(server);
  prepare(server);
  const requests = drainable(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const open = () => {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    return socket;
  };
  return { server, requests, open };
}

/** Sends a request and waits until the server has begun to answer it, or only received it. */
async function request(begin: (response: ServerResponse) => void, prepare?: (server: Server) => void) {
  let received: (response: ServerResponse) => void = () => undefined;
  const response = new Promise<ServerResponse>((resolve) => {
    received = resolve;
  });
  const started = await start((_, answer) => {
    begin(answer);
    received(answer);
  }, prepare);
  const socket = started.open();
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  return { ...started, socket, response: await response };
}

test('a drain ends the connection of a response that began before it, after the response', async () => {
  const { requests, response, ...client } = await request((answer) => answer.write('first '));
  const { socket } = response.req;
  client.socket.resume();
  const drained = requests.drain();
  expect([requests.open, socket.writableEnded]).toEqual([1, false]);
  response.end('last');
  await once(response, 'close');
  expect([requests.open, socket.writableEnded]).toEqual([0, true]);
  await drained;
});

test('a drain announces the end of the connection to a request whose response has not begun', async () => {
  const { requests, socket, response } = await request(() => undefined);
  const drained = requests.drain();
  response.end('all');
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/connection: close/i);
  await drained;
});

test('a drain closes connections that are idle, or that have sent nothing', async () => {
  const { server, requests, open } = await start((_, answer) => answer.end('all'));
  const accepted: Socket[] = [];
  server.on('connection', (socket) => accepted.push(socket));
  const [silent, idle] = [open(), open()];
  idle.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  await Promise.all([once(silent, 'connect'), once(idle, 'data')]);
  void requests.drain();
  expect(accepted.map(({ destroyed }) => destroyed)).toEqual([true, true]);
});

test('a request that is open at SIGTERM has all seconds of the time limit, and then the process exits with 1', async () => {
  const ending = jest.fn();
  const { server, socket, response } = await request(
    () => undefined,
    (each) => drainOnSigterm(each, 30, ending),
  );
  const exit = jest.spyOn(process, 'exit').mockReturnValue(undefined as never);
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const timer = jest
    .spyOn(global, 'setTimeout')
    .mockReturnValue({ unref: () => undefined } as unknown as NodeJS.Timeout);
  process.emit('SIGTERM');
  const [end, milliseconds] = timer.mock.calls[0] ?? [];
  timer.mockRestore();
  expect([milliseconds, exit.mock.calls, ending.mock.calls]).toEqual([30_000, [], []]);
  end?.();
  expect(ending).toHaveBeenCalledTimes(1);
  expect(exit.mock.calls).toEqual([[1]]);
  socket.resume();
  response.end('all');
  await once(server, 'close');
  // The drain succeeds, too, and would end the process of the tests.
  await new Promise(setImmediate);
  jest.restoreAllMocks();
});
