import { WebSocketServer } from 'ws';
import { reportPort } from './api';

const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' }, () => {
  const address = sockets.address();
  reportPort(typeof address === 'object' ? (address?.port ?? 0) : 0);
});
sockets.on('connection', (socket) =>
  socket.on('message', (frame) => {
    for (const client of sockets.clients) {
      client.send(frame.toString());
    }
  }),
);
