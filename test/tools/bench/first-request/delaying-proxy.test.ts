import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { type DelayingProxy, delayingProxy } from '../../../../tools/bench/first-request/delaying-proxy';

/** Round trip in milliseconds. */
const ROUND_TRIP = 80;

let echo: Server;
let proxy: DelayingProxy;

beforeAll(async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  echo = createServer((socket) => socket.pipe(socket));
  await once(echo.listen(0, '127.0.0.1'), 'listening');
  proxy = await delayingProxy((echo.address() as AddressInfo).port, ROUND_TRIP);
});

afterAll(() => {
  jest.useRealTimers();
  proxy.close();
  echo.close();
});

/** Waits until the proxy delays something, then advances the time. Nothing may arrive earlier. */
async function pass(milliseconds: number): Promise<void> {
  while (jest.getTimerCount() === 0) {
    await new Promise(setImmediate);
  }
  jest.advanceTimersByTime(milliseconds - 1);
  expect(jest.getTimerCount()).toBeGreaterThan(0);
  jest.advanceTimersByTime(1);
  expect(jest.getTimerCount()).toBe(0);
}

test('the delaying proxy adds a round trip to a connection and to every response, and keeps the order of bytes', async () => {
  const socket = connect(proxy.port, '127.0.0.1');
  const answer = async () => String((await once(socket, 'data'))[0]);

  socket.write('first');
  const first = answer();
  await pass(ROUND_TRIP + ROUND_TRIP / 2);
  await pass(ROUND_TRIP / 2);
  expect(await first).toBe('first');

  socket.write('second');
  const second = answer();
  await pass(ROUND_TRIP / 2);
  await pass(ROUND_TRIP / 2);
  expect(await second).toBe('second');

  const received: string[] = [];
  socket.on('data', (chunk) => received.push(String(chunk)));
  for (const letter of 'abcdefgh') {
    socket.write(letter);
  }
  while (received.join('').length < 8) {
    jest.advanceTimersByTime(1);
    await new Promise(setImmediate);
  }
  expect(received.join('')).toBe('abcdefgh');
  socket.destroy();
});
