import type { IncomingMessage } from 'node:http';
import { clientOf } from '../../websocket/client';

test.each([
  ['the URL that the client connects to becomes that of the domain', 'http://127.0.0.1:8080', 'https://ws.example.com'],
  ['another local port stays as it is', 'http://127.0.0.1:5173', 'http://127.0.0.1:5173'],
  ['another site stays as it is', 'https://127.0.0.1:8080', 'https://127.0.0.1:8080'],
])('an origin of %s', (_what, origin, expected) => {
  const headers = { host: '127.0.0.1:8080' };
  const request = { socket: {}, url: '/', headers, rawHeaders: ['Origin', origin] } as unknown as IncomingMessage;
  expect(clientOf(request, 'ws.example.com', 0).headers.multiple.Origin).toEqual([expected]);
});
