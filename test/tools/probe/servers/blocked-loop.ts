import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { api, block, serve } from './api';

const server = createServer(api);
const sockets = new WebSocketServer({ server });

sockets.on('connection', (socket) =>
  socket.on('message', (frame) => {
    // As long as it takes to serialize a broadcast separately for thousands of recipients.
    block(40);
    for (const client of sockets.clients) {
      client.send(frame.toString());
    }
  }),
);
serve(server);
