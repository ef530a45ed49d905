import { addressOf } from '../../../service/websocket/client-address';

test.each([
  ['wss://ws.example.com', 'https://ws.example.com', '/'],
  ['wss://app.example.com/socket', 'https://app.example.com', '/socket'],
  ['wss://app.example.com:8443/socket', 'https://app.example.com:8443', '/socket'],
  ['ws://app.localhost:4510/socket', 'http://app.localhost:4510', '/socket'],
  ['ws://ws.localhost:4511', 'http://ws.localhost:4511', '/'],
])('a server for %s has the origin %s, and accepts handshakes at the path %s', (url, ownOrigin, path) => {
  expect(addressOf(url)).toEqual({ ownOrigin, path });
});
