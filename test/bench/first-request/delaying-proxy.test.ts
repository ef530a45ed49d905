import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { type DelayingProxy, delayingProxy } from '../../../bench/first-request/delaying-proxy';

/** Milliseconds. There is a timer each way, and each counts from the begin of its event loop's turn. */
const ROUND_TRIP = 80;
const EARLY = 10;

let echo: Server;
let proxy: DelayingProxy;

beforeAll(async () => {
  echo = createServer((socket) => socket.pipe(socket));
  await once(echo.listen(0, '127.0.0.1'), 'listening');
  proxy = await delayingProxy((echo.address() as AddressInfo).port, ROUND_TRIP);
});

afterAll(() => {
  proxy.close();
  echo.close();
});

test('a connection costs a round trip, and so does every answer; nothing changes its place', async () => {
  const start = performance.now();
  const socket = connect(proxy.port, '127.0.0.1');
  const took = async (text: string) => {
    const begun = performance.now();
    socket.write(text);
    const [answer] = await once(socket, 'data');
    expect(String(answer)).toBe(text);
    return performance.now() - begun;
  };
  await took('first');
  expect(performance.now() - start).toBeGreaterThanOrEqual(2 * ROUND_TRIP - EARLY);
  expect(await took('second')).toBeGreaterThanOrEqual(ROUND_TRIP - EARLY);

  const received: string[] = [];
  socket.on('data', (chunk) => received.push(String(chunk)));
  for (const letter of 'abcdefgh') {
    socket.write(letter);
  }
  while (received.join('').length < 8) {
    await once(socket, 'data');
  }
  expect(received.join('')).toBe('abcdefgh');
  socket.destroy();
});
