import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createRawServer, type Server as RawServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { HttpClient } from '../../../lambda/aws/http-client';
import { TaskPosts } from '../../../lambda/adapters/task-posts';
import { type Task, Unavailable } from '../../../lambda/realtime/ports';
import { messageOf } from '../realtime/message';

const SOCKET = 'task.7';

/** Request that a server received. */
interface Received {
  method?: string;
  url?: string;
  authorization?: string;
  body: string;
}

const servers: (Server | RawServer)[] = [];
const sockets = new Set<Socket>();

afterEach(async () => {
  sockets.forEach((socket) => socket.destroy());
  await Promise.all(servers.splice(0).map((server) => new Promise((closed) => server.close(closed))));
});

async function listening(server: Server | RawServer): Promise<string> {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that answers with a status and keeps what it received. */
async function answering(status: number | ((request: IncomingMessage) => number)) {
  const received: Received[] = [];
  const listener: RequestListener = (request, response) => {
    const { method, url, headers } = request;
    void text(request).then((body) => {
      received.push({ method, url, authorization: headers.authorization, body });
      response.writeHead(typeof status === 'number' ? status : status(request), { 'content-length': 0 }).end();
    });
  };
  const server = createServer(listener);
  return { address: await listening(server), received, server };
}

/** A task at an address, and posts to it. Its lease is read from `lease`. */
function posting(address: string) {
  const task: Task = { id: 'task.0', connectedAt: 0, address, secret: 'secret' };
  const state = { lease: (): Task | undefined => task, reads: 0, clients: 0, now: 0 };
  const posts = new TaskPosts({
    leases: {
      async leaseOf() {
        state.reads += 1;
        return state.lease();
      },
    },
    clock: { now: () => state.now },
    connect(each) {
      state.clients += 1;
      const timeouts = { connect: 200, answer: 200 };
      return new HttpClient({ origin: new URL(`http://${each.address}`), connections: 4, timeouts });
    },
  });
  return { posts, state };
}

describe('a post to a task', () => {
  it('that answers 200 is sent, with the secret of the task, and its lease is read once', async () => {
    const { address, received } = await answering(200);
    const { posts, state } = posting(address);
    expect(await posts.post('task.0', 'acme/a\n{}')).toBe('sent');
    expect(await posts.post(SOCKET, 'text')).toBe('sent');
    expect(await posts.close(SOCKET)).toBe('closed');
    expect(received).toEqual([
      { method: 'POST', url: '/@connections/task.0', authorization: 'Bearer secret', body: 'acme/a\n{}' },
      { method: 'POST', url: '/@connections/task.7', authorization: 'Bearer secret', body: 'text' },
      { method: 'DELETE', url: '/@connections/task.7', authorization: 'Bearer secret', body: '' },
    ]);
    expect(state.reads).toBe(1);
  });

  it('that answers 410 finds that the socket is gone, which is closed then', async () => {
    const { address } = await answering(410);
    const { posts } = posting(address);
    expect(await posts.post(SOCKET, 'text')).toBe('gone');
    expect(await posts.close(SOCKET)).toBe('closed');
  });

  it.each([401, 400, 404, 413, 429, 500, 503])(
    'that answers %i is busy while the task holds its lease',
    async (status) => {
      const { address } = await answering(status);
      const { posts, state } = posting(address);
      expect(await posts.post(SOCKET, 'text')).toBe('busy');
      expect(await posts.close(SOCKET)).toBe('busy');
      expect(state.clients).toBe(1);
      state.lease = () => undefined;
      expect(await posts.post(SOCKET, 'text')).toBe('gone');
      expect(await posts.close(SOCKET)).toBe('closed');
    },
  );

  it('of which another task has the address is gone after the end of its lease', async () => {
    const { address, received } = await answering(({ headers }) =>
      headers.authorization === 'Bearer secret of the other task' ? 200 : 401,
    );
    const { posts, state } = posting(address);
    expect(await posts.post('task.0', 'acme/a\n{}')).toBe('busy');
    state.lease = () => undefined;
    expect(await posts.post('task.0', 'acme/a\n{}')).toBe('gone');
    expect(received).toHaveLength(2);
    // That is final: the lease is not read again.
    const { reads } = state;
    expect(await posts.post('task.0', 'acme/a\n{}')).toBe('gone');
    expect(state.reads).toBe(reads);
  });

  it('whose lease has ended is gone without a request', async () => {
    const { address, received } = await answering(200);
    const { posts, state } = posting(address);
    state.lease = () => undefined;
    expect(await posts.post('task.0', 'acme/a\n{}')).toBe('gone');
    expect(received).toEqual([]);
  });

  it('that refuses connections is busy, and gone after the end of its lease', async () => {
    const server = createServer();
    const address = await listening(server);
    await new Promise((closed) => servers.splice(0)[0]?.close(closed));
    const { posts, state } = posting(address);
    expect(await posts.post(SOCKET, 'text')).toBe('busy');
    state.lease = () => undefined;
    expect(await posts.post(SOCKET, 'text')).toBe('gone');
  });

  it('that does not answer in time is busy, and gone after the end of its lease', async () => {
    const address = await listening(createRawServer((socket) => void socket.resume()));
    const { posts, state } = posting(address);
    expect(await posts.post(SOCKET, 'text')).toBe('busy');
    state.lease = () => undefined;
    expect(await posts.post(SOCKET, 'text')).toBe('gone');
  });

  it('that is no longer an HTTP server is busy, and gone after the end of its lease', async () => {
    const address = await listening(createRawServer((socket) => void socket.end('SSH-2.0-OpenSSH_9.6\r\n\r\n')));
    const { posts, state } = posting(address);
    expect(await posts.post(SOCKET, 'text')).toBe('busy');
    state.lease = () => undefined;
    expect(await posts.post(SOCKET, 'text')).toBe('gone');
  });

  it('is busy while the table is unavailable, and sent after that', async () => {
    const { address } = await answering(200);
    const { posts, state } = posting(address);
    const { lease } = state;
    state.lease = () => {
      throw new Unavailable();
    };
    expect(await posts.post(SOCKET, 'text')).toBe('busy');
    expect(await posts.close(SOCKET)).toBe('busy');
    state.lease = lease;
    expect(await posts.post(SOCKET, 'text')).toBe('sent');
  });

  it('throws an unexpected error of the table, and reads it again', async () => {
    const { address } = await answering(200);
    const { posts, state } = posting(address);
    const { lease } = state;
    state.lease = () => {
      throw new Error('access denied');
    };
    await expect(posts.post(SOCKET, 'text')).rejects.toThrow('access denied');
    state.lease = lease;
    expect(await posts.post(SOCKET, 'text')).toBe('sent');
  });

  it('that was restarted is sent again over the same client', async () => {
    let status = 503;
    const { address } = await answering(() => status);
    const { posts, state } = posting(address);
    expect(await posts.post(SOCKET, 'text')).toBe('busy');
    status = 200;
    expect(await posts.post(SOCKET, 'text')).toBe('sent');
    expect(state.clients).toBe(1);
  });

  it('reads the lease once for many concurrent posts that fail', async () => {
    let arrived = 0;
    let all: () => void = () => undefined;
    const together = new Promise<void>((resolve) => (all = resolve));
    const address = await listening(
      createServer((_, response) => {
        arrived += 1;
        if (arrived === 4) {
          all();
        }
        void together.then(() => response.writeHead(503, { 'content-length': 0 }).end());
      }),
    );
    const { posts, state } = posting(address);
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => posts.post(SOCKET, 'text')));
    expect(outcomes).toEqual(['busy', 'busy', 'busy', 'busy']);
    expect(state.reads).toBe(2);
    expect(state.clients).toBe(1);
  });

  it('packs frames for the topics of the task', () => {
    const { posts } = posting('127.0.0.1:1');
    const [frame] = posts.pack([messageOf('acme/a', 1)]);
    expect(frame?.text).toMatch(/^acme\/a\n\{"type":"message"/);
  });
});

describe('after a post to a task that hangs', () => {
  async function hung() {
    let requests = 0;
    const server = createServer(() => (requests += 1));
    const { posts, state } = posting(await listening(server));
    const posted = posts.post('task.0', 'text');
    await once(server, 'request');
    state.now += 1500;
    expect(await posted).toBe('busy');
    return { posts, state, requests: () => requests };
  }

  it('the task is busy for 5 seconds without another post, so that it does not hold up the others', async () => {
    const { posts, state, requests } = await hung();
    state.now += 4999;
    expect(await posts.post('task.0', 'text')).toBe('busy');
    expect(requests()).toBe(1);
  });

  it('the task gets the next post after 5 seconds', async () => {
    const { posts, state, requests } = await hung();
    state.now += 5000;
    expect(await posts.post('task.0', 'text')).toBe('busy');
    expect(requests()).toBe(2);
  });

  it('the task is gone if its lease has ended after the pause', async () => {
    const { posts, state } = await hung();
    state.lease = () => undefined;
    expect(await posts.post('task.0', 'text')).toBe('busy');
    state.now += 5000;
    expect(await posts.post('task.0', 'text')).toBe('gone');
  });
});
