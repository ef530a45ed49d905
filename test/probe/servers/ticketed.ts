import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { api, serve } from './api';

/** Usage: TOKEN that requests must bear. */
const [token] = process.argv.slice(2);

const tickets = new Set<string>();
let issued = 0;

const server = createServer((request, response) => {
  if (request.headers.authorization !== `Bearer ${token}`) {
    response.writeHead(401).end();
  } else if (request.url === '/v1/tickets') {
    const ticket = `number-${issued++}`;
    tickets.add(ticket);
    response.writeHead(201).end(JSON.stringify({ ticket }));
  } else {
    api(request, response);
  }
});

const sockets = new WebSocketServer({ noServer: true });
server.on('upgrade', (request, socket, head) => {
  const ticket = request.headers['sec-websocket-protocol']?.split(/, ?ticket\./)[1] ?? '';
  if (tickets.delete(ticket)) {
    sockets.handleUpgrade(request, socket, head, () => undefined);
  } else {
    socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
  }
});
serve(server);
