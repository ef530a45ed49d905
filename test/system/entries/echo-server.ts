import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

/** A WebSocket server that shares no code with this repository's, and knows nothing of its protocol. It echoes frames. */
const server = createServer(({ url }, response) => {
  response.statusCode = url === '/up' ? 200 : 404;
  response.end('not for browsers');
});
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket) => {
  socket.on('message', (data) => socket.send(`echo ${data.toString()}`));
});
process.once('SIGTERM', () => {
  for (const socket of sockets.clients) {
    socket.close(1001);
  }
  server.close();
});
server.listen(Number(process.env.PORT), process.env.HOST);
