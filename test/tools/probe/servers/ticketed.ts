import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { api, serve } from './api';

/** Usage: TOKEN that requests must send. */
const [token] = process.argv.slice(2);

/** Ticket → origin of the page to which it was issued. */
const tickets = new Map<string, string | undefined>();
let issued = 0;

const server = createServer((request, response) => {
  if (request.headers.authorization !== `Bearer ${token}`) {
    response.writeHead(401).end();
  } else if (request.url === '/v1/tickets') {
    const ticket = `number-${issued++}`;
    tickets.set(ticket, request.headers.origin);
    response.writeHead(201).end(JSON.stringify({ ticket }));
  } else {
    api(request, response);
  }
});

const sockets = new WebSocketServer({ noServer: true });
server.on('upgrade', (request, socket, head) => {
  const ticket = request.headers['sec-websocket-protocol']?.split(/, ?ticket\./)[1] ?? '';
  const mine = tickets.has(ticket) && tickets.get(ticket) === request.headers.origin;
  tickets.delete(ticket);
  if (mine) {
    sockets.handleUpgrade(request, socket, head, () => undefined);
  } else {
    socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
  }
});
serve(server);
