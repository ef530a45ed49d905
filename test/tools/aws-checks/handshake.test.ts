import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { handshake, reasonOfHandshake } from '../../../tools/aws-checks/handshake';
import { outcomeOf } from '../../../tools/aws-checks/query';

/** Answers upgrades on loopback until `use` resolves. */
async function served<Result>(
  upgrade: (request: IncomingMessage, socket: Duplex) => void,
  use: (url: string) => Promise<Result>,
): Promise<Result> {
  const sockets = new Set<Duplex>();
  const server = createServer();
  server.on('connection', (socket) => sockets.add(socket));
  server.on('upgrade', upgrade);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/socket`);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

const answer = (head: string) => (_: IncomingMessage, socket: Duplex) => {
  socket.write(`HTTP/1.1 ${head}\r\n\r\n`);
};

const outcome = (url: string, timeout?: number) =>
  outcomeOf({
    subject: 'the WebSocket',
    run: () => handshake(url, timeout),
    reason: (error) => reasonOfHandshake(error, url),
  });

describe('A WebSocket handshake', () => {
  it.each([
    ['401 Unauthorized\r\nContent-Length: 0', 401],
    ['426 Upgrade Required\r\nContent-Length: 7\r\n\r\nnothing', 426],
    ['101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket', 101],
  ])('that is answered with %j has this status', async (head, status) => {
    expect(await served(answer(head), (url) => handshake(url))).toBe(status);
  });

  it('has the headers of a handshake, and no credentials, ticket or origin', async () => {
    const requests: unknown[] = [];
    const record = (request: IncomingMessage, socket: Duplex) => {
      const { connection, upgrade, authorization, cookie, origin } = request.headers;
      requests.push([request.method, request.url, connection, upgrade, authorization, cookie, origin]);
      requests.push(request.headers['sec-websocket-version'], request.headers['sec-websocket-protocol']);
      answer('401 Unauthorized')(request, socket);
    };
    await served(record, (url) => handshake(url));

    expect(requests).toEqual([
      ['GET', '/socket', 'Upgrade', 'websocket', undefined, undefined, undefined],
      '13',
      undefined,
    ]);
  });

  it.each([
    '101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket',
    '401 Unauthorized\r\nContent-Length: 9',
  ])('closes its connection after %j', async (head) => {
    let end = (): void => undefined;
    const closed = new Promise<void>((resolve) => {
      end = resolve;
    });
    const watch = (request: IncomingMessage, socket: Duplex) => {
      // The end of a connection is noticed only while it is read.
      socket.resume().once('end', end).once('error', end);
      answer(head)(request, socket);
    };

    await served(watch, async (url) => {
      await handshake(url);
      await expect(closed).resolves.toBeUndefined();
    });
  });

  it('is unanswered if nothing listens', async () => {
    const gone = await served(
      () => undefined,
      async (url) => url,
    );

    expect(await outcome(gone)).toEqual({
      unanswered: `${gone} did not respond (ECONNREFUSED). Fix: check the network.`,
    });
  });

  it('is unanswered if the response takes too long', async () => {
    await served(
      () => undefined,
      async (url) => {
        expect(await outcome(url, 20)).toEqual({
          unanswered: `${url} did not respond in time. Fix: try again in a minute.`,
        });
      },
    );
  });

  it('rejects with a bug of this program', async () => {
    await expect(outcome('no URL')).rejects.toThrow('Invalid URL');
    expect(() => reasonOfHandshake(new RangeError('a bug'), 'ws://127.0.0.1')).toThrow('a bug');
  });
});
