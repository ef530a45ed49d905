import type { ClientOptions, ConnectionState, LogEntry } from '../../client';
import { Lanes } from './lanes';

const [SECOND, MINUTE] = [1_000, 60_000];

let lanes: Lanes;

beforeEach(() => {
  lanes = new Lanes();
});

afterEach(() => lanes.end());

/** Answers every frame after a delay. */
function answerAfter(milliseconds: number): void {
  const delayed: Lanes['frames'] = (frame, socket) => {
    lanes.time.setTimeout(() => {
      lanes.frames = () => undefined;
      void lanes.answer(frame, socket);
      lanes.frames = delayed;
    }, milliseconds);
    return '';
  };
  lanes.frames = delayed;
}

it('the snapshot of a connection stays the same object until something changes', async () => {
  const { client } = await lanes.subscriber();
  const seen: ConnectionState[] = [];
  client.on('connection', (state) => seen.push(state));
  const { connection } = client;
  await lanes.time.pass(10 * MINUTE);
  expect([client.connection === connection, seen]).toEqual([true, []]);
  lanes.socket.break();
  await lanes.time.pass(0);
  expect(seen).toEqual([client.connection]);
});

it.each([
  [1_000, 'good'],
  [1_001, 'slow'],
])('a connection whose answers take %d ms is %s', async (rtt, quality) => {
  answerAfter(rtt);
  const { client } = await lanes.subscriber();
  await lanes.time.pass(2 * SECOND);
  expect(client.connection).toMatchObject({ status: 'open', rtt, quality });
});

it('a connection is silent after 5 seconds without an answer, and no longer when a frame arrives', async () => {
  const { client } = await lanes.subscriber();
  lanes.frames = () => '';
  await lanes.time.pass(4 * MINUTE + 5 * SECOND - 1);
  expect(client.connection.quality).toBe('good');
  await lanes.time.pass(1);
  expect(client.connection.quality).toBe('silent');
  lanes.socket.receive({ type: 'unknown' });
  expect(client.connection.quality).toBe('good');
});

it('a connection that is lost because of a missing answer has the reason silent', async () => {
  const { client } = await lanes.subscriber();
  lanes.frames = () => '';
  await lanes.time.pass(4 * MINUTE + 10 * SECOND);
  expect(client.connection).toMatchObject({ status: 'connecting', reason: 'silent', quality: 'none' });
});

it('the time of the next attempt is that of the system, also if it differs from the monotonic clock', async () => {
  const { client } = await lanes.subscriber();
  lanes.time.sleep(MINUTE, true);
  lanes.socket.break();
  await lanes.time.pass(0);
  expect(client.connection.retryAt).toBe(lanes.time.now() + MINUTE + SECOND);
});

it.each(['', '{', 'null', '[]', '{"type":"messages"}', '{"type":"subscribed"}', '{"type":"error","code":"internal"}'])(
  'a client ignores the frame %p',
  async (text) => {
    const { client, data } = await lanes.subscriber();
    lanes.socket.receiveText(text || ' ');
    await lanes.publish('news', 1);
    expect([client.connection.status, data()]).toEqual(['open', [1]]);
  },
);

it('a connection whose send method throws is replaced', async () => {
  const { client } = await lanes.subscriber();
  const { socket } = lanes;
  socket.send = () => {
    throw new Error('InvalidStateError');
  };
  client.subscribe('other', () => undefined);
  await lanes.time.pass(SECOND);
  expect([client.connection.status, lanes.sockets.length, [...lanes.socket.topics]]).toEqual([
    'open',
    2,
    ['news', 'other'],
  ]);
});

describe('without a usable WebSocket, a client', () => {
  async function withSocket(WebSocket: ClientOptions['WebSocket']) {
    const client = lanes.client({ WebSocket });
    const errors: unknown[] = [];
    client.on('error', (error) => errors.push(error));
    for (const topic of ['a', 'b', 'c']) {
      client.subscribe(topic, () => undefined);
      await lanes.time.pass(0);
    }
    await lanes.time.pass(10 * MINUTE);
    return { client, errors };
  }

  it('reports once that there is none, with a fix, and still publishes', async () => {
    const { client, errors } = await withSocket(undefined);
    expect(errors).toEqual([
      expect.objectContaining({
        code: 'unsupported',
        message: expect.stringMatching(/Fix: pass the option WebSocket/),
      }),
    ]);
    expect(client.connection).toMatchObject({ status: 'closed', reason: 'unsupported', error: errors[0] });
    expect(await client.publish('a', 1)).toMatchObject({ sequence: 1 });
    await expect(client.subscribe('d', () => undefined).ready).rejects.toMatchObject({ code: 'unsupported' });
    expect(lanes.time.pending).toEqual([]);
  });

  it('reports that its constructor throws, and tries again when it wakes', async () => {
    const cause = new Error('An insecure WebSocket connection may not be initiated');
    let refuses = true;
    const Real = lanes.socketClass;
    class Refusing extends Real {
      constructor(url: string, protocols: string[]) {
        if (refuses) {
          throw cause;
        }
        super(url, protocols);
      }
    }
    const client = lanes.client({ WebSocket: Refusing });
    const errors: unknown[] = [];
    client.on('error', (error) => errors.push(error));
    client.subscribe('a', () => undefined);
    client.subscribe('b', () => undefined);
    await lanes.time.pass(10 * MINUTE);
    expect(errors).toEqual([expect.objectContaining({ code: 'unsupported', cause })]);
    expect(client.connection).toMatchObject({ status: 'closed', reason: 'refused' });
    refuses = false;
    client.wake();
    await lanes.time.pass(SECOND);
    expect([client.connection.status, [...lanes.socket.topics]]).toEqual(['open', ['a', 'b']]);
  });
});

it('a client logs what it does, without its token and its tickets', async () => {
  const entries: LogEntry[] = [];
  const { client } = await lanes.subscriber('news', { token: () => 'secret', log: (entry) => entries.push(entry) });
  await lanes.time.pass(4 * MINUTE);
  lanes.socket.receiveText('{');
  lanes.socket.break(1006);
  await lanes.time.pass(SECOND);
  client.close();
  const events = entries.map(({ event }) => event);
  expect(events).toEqual([
    ...['connecting', 'open', 'subscribe', 'ping', 'ignored', 'closed'],
    ...['retry', 'connecting', 'open', 'subscribe', 'closed'],
  ]);
  expect(entries[5]).toEqual({
    at: lanes.time.now() - SECOND,
    event: 'closed',
    detail: { reason: 'dropped', closeCode: 1006 },
  });
  expect(JSON.stringify(entries)).not.toMatch(/secret|ticket-/);
});

it('a client whose log function throws goes on', async () => {
  const uncaught = jest.spyOn(globalThis, 'queueMicrotask').mockReturnValue();
  lanes.handshake = 'hang';
  const { client } = await lanes.subscriber('news', {
    log: () => {
      throw new Error('a bug of the page');
    },
  });
  lanes.socket.open();
  const { status } = client.connection;
  client.close();
  uncaught.mockRestore();
  expect(status).toBe('open');
});
