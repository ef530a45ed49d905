import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ServiceException } from '../../../lambda/aws/service-exception';
import { taskOf } from '../../../lambda/realtime/task-id';
import { LaneOfTasks, ORIGIN } from './lane-of-tasks';

let lane: LaneOfTasks;
const sockets: Socket[] = [];

beforeEach(() => {
  lane = new LaneOfTasks();
});

afterEach(() => {
  sockets.splice(0).forEach((socket) => socket.destroy());
  lane.stop();
});

/** Lines of a valid handshake. A header can be replaced, or removed with undefined. */
function handshake(protocols: readonly string[], headers: Record<string, string | undefined> = {}, path = '/'): string {
  const all: Record<string, string | undefined> = {
    Host: 'ws.example.com',
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    Origin: ORIGIN,
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol': protocols.join(', '),
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}

async function send(url: string, text: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

/** @returns the status of the answer */
async function statusOf(url: string, text: string): Promise<number> {
  const socket = await send(url, text);
  const [data] = (await once(socket, 'data')) as [Buffer];
  return Number(/^HTTP\/1\.1 (\d+)/.exec(String(data))?.[1]);
}

/** Holds the transactions that open connections. @returns a function that resolves when one waits, and one that lets them go */
function holdTransactions(): { arrived: Promise<void>; release: () => void } {
  let release = (): void => undefined;
  let arrive = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  lane.before = async (operation) => {
    if (operation === 'TransactWriteItems') {
      arrive();
      await released;
    }
  };
  return { arrived, release };
}

describe('a handshake', () => {
  it('with a ticket is accepted with the protocol of the lane', async () => {
    const { url } = await lane.start();
    const { socket } = await lane.connect(url);
    expect(socket.protocol).toBe('twinlane.v1');
    expect(socket.extensions).toBe('');
  });

  it('is refused with the same statuses as by the API', async () => {
    const { url } = await lane.start();
    const protocols = await lane.protocolsFor();
    expect(await statusOf(url, handshake(['twinlane.v1']))).toBe(401);
    expect(await statusOf(url, handshake(['twinlane.v1', `ticket.${'x'.repeat(43)}`]))).toBe(401);
    expect(await statusOf(url, handshake(protocols, { Origin: 'https://evil.example.com' }))).toBe(403);
    expect(await statusOf(url, handshake(protocols, {}, '/other'))).toBe(404);
    // None of them consumed the ticket.
    expect(await statusOf(url, handshake(protocols, {}, '/?query'))).toBe(101);
  });

  it('is accepted only at the path of the URL, and the health check stays at /health', async () => {
    const { url } = await lane.start({ path: '/socket' });
    const protocols = await lane.protocolsFor();
    for (const path of ['/', '/socket/', '/socket/more', '/SOCKET', '//socket', '/health']) {
      expect(await statusOf(url, handshake(protocols, {}, path))).toBe(404);
    }
    expect((await fetch(`${url.replace('ws', 'http')}/health`)).status).toBe(200);
    expect((await fetch(`${url.replace('ws', 'http')}/socket`)).status).toBe(426);
    expect(await statusOf(url, handshake(protocols, {}, '/socket?query'))).toBe(101);
  });

  it('from a page of the host of the URL is accepted, as is one of a program that sends this origin', async () => {
    const { url } = await lane.start({ ownOrigin: ORIGIN });
    expect(await statusOf(url, handshake(await lane.protocolsFor()))).toBe(101);
    expect(await statusOf(url, handshake(await lane.protocolsFor(lane.newPrincipal(), '')))).toBe(101);
    expect(await statusOf(url, handshake(await lane.protocolsFor(), { Origin: undefined }))).toBe(401);
  });

  it.each([
    ['another version', { 'Sec-WebSocket-Version': '7' }],
    ['no key', { 'Sec-WebSocket-Key': undefined }],
    ['a key that is too short', { 'Sec-WebSocket-Key': 'short' }],
    ['another protocol to upgrade to', { Upgrade: 'h2c' }],
  ])('with %s is refused with 400, and its ticket can be used again', async (_, headers) => {
    const { url } = await lane.start();
    const protocols = await lane.protocolsFor();
    expect(await statusOf(url, handshake(protocols, headers))).toBe(400);
    expect(await statusOf(url, handshake(protocols))).toBe(101);
  });

  it('that is refused closes the connection, also if the client keeps its side open', async () => {
    const { url } = await lane.start();
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', allowHalfOpen: true });
    sockets.push(socket);
    socket.write(handshake(['twinlane.v1']));
    socket.resume();
    await once(socket, 'end');
    // A reset is the answer to whatever is sent to a closed connection.
    const failed = once(socket, 'error');
    const timer = setInterval(() => socket.write('more'), 10);
    await failed.finally(() => clearInterval(timer));
  });

  it('with a ticket opens one of 20 sockets that use it at once', async () => {
    const { url } = await lane.start();
    const principal = lane.newPrincipal();
    const protocols = await lane.protocolsFor(principal);
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => lane.open(url, protocols)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const reasons = outcomes.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
    expect(new Set(reasons)).toEqual(new Set(['Error: Unexpected server response: 401']));
    await lane.hasSlots(principal, 1);
  });

  it('is refused with 503 by a task that is full, and its ticket opens a socket on another task', async () => {
    const [full, other] = [await lane.start({ connectionsPerTask: 1 }), await lane.start()];
    const client = await lane.connect(full.url);
    const protocols = await lane.protocolsFor();
    await expect(lane.open(full.url, protocols)).rejects.toThrow('503');
    expect((await fetch(`${full.url.replace('ws', 'http')}/health`)).status).toBe(200);
    await lane.open(other.url, protocols);
    client.socket.close();
    await client.closed;
    while (full.task.size > 0) {
      await new Promise(setImmediate);
    }
    await lane.connect(full.url);
  });

  it('counts as a socket while it is being performed', async () => {
    const { url } = await lane.start({ connectionsPerTask: 1 });
    const protocols = await lane.protocolsFor();
    const { arrived, release } = holdTransactions();
    const first = lane.open(url, protocols);
    await arrived;
    expect(await statusOf(url, handshake(['twinlane.v1', `ticket.${'x'.repeat(43)}`]))).toBe(503);
    release();
    await first;
  });

  it('is refused with 503 if the table is unavailable, and its ticket can be used again', async () => {
    const { url } = await lane.start();
    const protocols = await lane.protocolsFor();
    lane.before = async (operation) => {
      if (operation === 'GetItem') {
        throw new ServiceException('ThrottlingException', 'slow down', 400, {});
      }
    };
    expect(await statusOf(url, handshake(protocols))).toBe(503);
    lane.before = async () => undefined;
    expect(await statusOf(url, handshake(protocols))).toBe(101);
  });

  it('is refused with 500 after an unexpected error, and the task goes on', async () => {
    const { url } = await lane.start();
    lane.before = async (operation) => {
      if (operation === 'GetItem') {
        throw new ServiceException('AccessDeniedException', 'no', 400, {});
      }
    };
    expect(await statusOf(url, handshake(await lane.protocolsFor()))).toBe(500);
    lane.before = async () => undefined;
    await lane.connect(url);
  });

  it('frees its slot if the client resets the connection meanwhile', async () => {
    const { url, task } = await lane.start();
    const principal = lane.newPrincipal();
    const protocols = await lane.protocolsFor(principal);
    const { arrived, release } = holdTransactions();
    const socket = await send(url, handshake(protocols));
    await arrived;
    socket.resetAndDestroy();
    await once(socket, 'close');
    release();
    while (task.size > 0) {
      await new Promise(setImmediate);
    }
    await lane.hasSlots(principal, 0);
  });

  it('frees its slot if the client ends the connection meanwhile', async () => {
    const { url, task } = await lane.start();
    const principal = lane.newPrincipal();
    const protocols = await lane.protocolsFor(principal);
    const { arrived, release } = holdTransactions();
    const socket = await send(url, handshake(protocols));
    await arrived;
    socket.end();
    release();
    while (task.size > 0) {
      await new Promise(setImmediate);
    }
    await lane.hasSlots(principal, 0);
  });

  it('frees its slot if its list of protocols is invalid, which only the last step finds', async () => {
    const { url } = await lane.start();
    const principal = lane.newPrincipal();
    const [protocol = '', ticket = ''] = await lane.protocolsFor(principal);
    expect(await statusOf(url, handshake([protocol, ticket, protocol]))).toBe(400);
    await lane.hasSlots(principal, 0);
  });

  it('opens no socket if its connection is closed by its id meanwhile, as by a logout', async () => {
    const { url, task } = await lane.start();
    const principal = lane.newPrincipal();
    const other = lane.newPrincipal();
    const protocols = await lane.protocolsFor(principal);
    await lane.connect(url, other);
    const [{ id = '' } = {}] = await lane.table.connectionsOf(other);
    const { arrived, release } = holdTransactions();
    const opening = statusOf(url, handshake(protocols));
    await arrived;
    // The first socket of the task was that of the other subject.
    expect(await lane.posts.close(taskOf(id).replace(/0$/, '2'))).toBe('closed');
    release();
    expect(await opening).toBe(503);
    await lane.hasSlots(principal, 0);
    expect(task.size).toBe(1);
  });

  it('opens no socket if the drain begins meanwhile, and frees its slot', async () => {
    const { url, task } = await lane.start();
    const principal = lane.newPrincipal();
    const protocols = await lane.protocolsFor(principal);
    const late = await lane.protocolsFor();
    const { arrived, release } = holdTransactions();
    const opening = statusOf(url, handshake(protocols));
    await arrived;
    const drained = task.drain();
    expect(await statusOf(url, handshake(late))).toBe(503);
    release();
    expect(await opening).toBe(503);
    expect(await drained).toBe(0);
    await lane.hasSlots(principal, 0);
  });
});

describe('a request that is not a handshake', () => {
  it('is answered with 426, or with 200 at /health', async () => {
    const { url } = await lane.start();
    const base = url.replace('ws', 'http');
    expect((await fetch(base)).status).toBe(426);
    expect((await fetch(`${base}/other`)).status).toBe(426);
    const healthy = await fetch(`${base}/health`);
    expect([healthy.status, healthy.headers.get('connection')]).toEqual([200, 'close']);
  });
});
