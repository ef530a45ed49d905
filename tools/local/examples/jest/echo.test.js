const { once } = require('node:events');
const { start } = require('@twinlane/local');
const { WebSocket } = require('ws');

/** A promise, so that the app is stopped even if its start takes longer than the timeout. */
let app;

beforeAll(async () => {
  app = start({ assembly: 'cdk.out' });
  await app;
}, 60_000);

afterAll(async () => (await app).stop(), 60_000);

test('the API answers each message', async () => {
  const { urls } = await app;
  const socket = new WebSocket(urls.websocket);
  await once(socket, 'open');
  socket.send('hello');
  const [answer] = await once(socket, 'message');
  expect(String(answer)).toBe('echo: hello');
  socket.close();
}, 20_000);
