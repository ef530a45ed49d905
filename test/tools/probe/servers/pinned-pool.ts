import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { api, serve } from './api';

/** Like gunicorn's threads: a request occupies a worker until it is answered, and a socket while it is open. */
let free = 10;
const waiting: (() => void)[] = [];

async function worker(): Promise<void> {
  if (free > 0) {
    free--;
  } else {
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
}

function release(): void {
  const next = waiting.shift();
  if (next) {
    next();
  } else {
    free++;
  }
}

const sockets = new WebSocketServer({ noServer: true });
const server = createServer(async (request, response) => {
  await worker();
  api(request, response);
  release();
});
server.on('upgrade', async (request, socket, head) => {
  await worker();
  if (socket.destroyed) {
    release();
  } else {
    socket.once('close', release);
    sockets.handleUpgrade(request, socket, head, () => undefined);
  }
});
serve(server);
