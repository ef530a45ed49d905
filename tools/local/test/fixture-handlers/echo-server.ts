import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocketServer } from 'ws';
import type { Welcome } from './welcome';

/**
 * A WebSocket server that shares no code with this repository's. Welcomes each socket, echoes frames, and sends texts that are posted to
 * its second port to all its sockets. Keeps its sockets on SIGTERM, as a server does that closes them one after another.
 */
async function main(): Promise<void> {
  const { HOST = '', PORT = '', POSTS_PORT = '', ECS_CONTAINER_METADATA_URI_V4 = '' } = process.env;
  const metadata = (await (await fetch(ECS_CONTAINER_METADATA_URI_V4)).json()) as {
    Labels: Record<string, string>;
    Networks: { IPv4Addresses: string[] }[];
  };
  const welcome: Welcome = {
    pid: process.pid,
    posts: `http://${metadata.Networks[0]?.IPv4Addresses[0]}:${POSTS_PORT}`,
    taskArn: metadata.Labels['com.amazonaws.ecs.task-arn'] ?? '',
    metadata: ECS_CONTAINER_METADATA_URI_V4,
  };

  const answer = ({ url }: { url?: string | undefined }, response: ServerResponse) => {
    response.statusCode = url === '/health' ? 200 : 404;
    response.end();
  };
  const server = createServer(answer).listen(Number(PORT), HOST);
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    socket.on('message', (data) => socket.send(`echo ${data.toString()}`));
    socket.send(JSON.stringify(welcome));
  });
  createServer(async (request, response) => {
    const posted = await text(request);
    for (const socket of sockets.clients) {
      socket.send(posted);
    }
    response.end();
  }).listen(Number(POSTS_PORT), HOST);
  process.on('SIGTERM', () => console.log('draining'));
}

void main();
