import type { TwinlaneClient } from '../../client';
import { Browser } from './browser';
import type { FakeSocket } from './fake-socket';
import { Lanes } from './lanes';

const [SECOND, MINUTE] = [1_000, 60_000];

let lanes: Lanes;
let browser: Browser;

beforeEach(() => {
  lanes = new Lanes();
  browser = new Browser();
  browser.install();
});

afterEach(() => {
  lanes.end();
  browser.remove();
});

/** Breaks a socket so that neither side notices. */
function die(socket: FakeSocket): void {
  socket.topics.clear();
  lanes.frames = (_, sender) => (sender === socket ? '' : undefined);
}

const pingsOf = ({ sent }: FakeSocket): number => sent.filter(({ action }) => action === 'ping').length;

const wakers: [string, (client: TwinlaneClient) => void][] = [
  ['the page becomes visible', () => browser.show('visible')],
  ['the page is restored from the cache', () => browser.emit('pageshow', true)],
  ['the page resumes', () => browser.emit('resume')],
  ['the network is back', () => browser.emit('online')],
  ['the program calls wake', (client) => client.wake()],
];

describe.each(wakers)('when %s, a client', (_, wake) => {
  it('replaces a connection that died unnoticed after 3 seconds, and handles the missed messages', async () => {
    const { client, data } = await lanes.subscriber();
    await lanes.time.pass(MINUTE);
    die(lanes.socket);
    await lanes.append('news', 'missed');
    wake(client);
    await lanes.time.pass(3 * SECOND - 1);
    expect(lanes.sockets).toHaveLength(1);
    await lanes.time.pass(SECOND);
    expect([client.connection.status, client.connection.quality, data()]).toEqual(['open', 'good', ['missed']]);
    await lanes.time.pass(5 * SECOND);
    expect(lanes.open).toEqual([lanes.sockets[1]]);
  });

  it('keeps a connection that answers a ping', async () => {
    const { client } = await lanes.subscriber();
    await lanes.time.pass(MINUTE);
    wake(client);
    await lanes.time.pass(MINUTE);
    expect([lanes.sockets.length, pingsOf(lanes.socket)]).toEqual([1, 1]);
  });

  it('connects within half a second if it waited for another attempt', async () => {
    lanes.handshake = 'refuse';
    const { client } = await lanes.subscriber();
    await lanes.time.pass(10 * MINUTE);
    lanes.handshake = 'open';
    wake(client);
    await lanes.time.pass(250);
    expect([client.connection.status, client.connection.attempt]).toEqual(['open', 0]);
  });

  it('replaces an attempt without a response that is older than 2 seconds, and no younger one', async () => {
    lanes.handshake = 'hang';
    const { client } = await lanes.subscriber();
    await lanes.time.pass(SECOND + 500);
    wake(client);
    await lanes.time.pass(500);
    expect(lanes.sockets).toHaveLength(1);
    await lanes.time.pass(SECOND);
    lanes.handshake = 'open';
    wake(client);
    await lanes.time.pass(250);
    expect([client.connection.status, lanes.sockets.map(({ state }) => state)]).toEqual(['open', ['closing', 'open']]);
  });

  it('stays closed if the program closed it, and opens nothing before the first subscription', async () => {
    const { client } = await lanes.subscriber();
    client.close();
    const idle = lanes.client();
    wake(client);
    wake(idle);
    await lanes.time.pass(MINUTE);
    expect([client.connection.status, idle.connection.status, lanes.open]).toEqual(['closed', 'idle', []]);
  });
});

it('a client sends one ping for all events within a second', async () => {
  await lanes.subscriber();
  await lanes.time.pass(MINUTE);
  browser.emit('resume');
  await lanes.time.pass(500);
  browser.show('visible');
  browser.emit('online');
  browser.emit('pageshow', true);
  await lanes.time.pass(SECOND);
  expect(pingsOf(lanes.socket)).toBe(1);
});

it('a client that wakes twice while its dead connection does not answer replaces it once', async () => {
  await lanes.subscriber();
  await lanes.time.pass(MINUTE);
  die(lanes.socket);
  browser.emit('offline');
  await lanes.time.pass(2 * SECOND);
  browser.emit('online');
  await lanes.time.pass(MINUTE);
  expect([lanes.sockets.length, lanes.open]).toEqual([2, [lanes.sockets[1]]]);
});

it('a client whose page becomes visible sends no ping if a frame arrived in the last 5 seconds', async () => {
  await lanes.subscriber();
  await lanes.time.pass(MINUTE);
  await lanes.publish('news', 1);
  await lanes.time.pass(5 * SECOND - 1);
  browser.show('visible');
  expect(pingsOf(lanes.socket)).toBe(0);
});

it('a client whose page becomes visible checks a connection that stays silent after its last frame', async () => {
  await lanes.subscriber();
  await lanes.time.pass(MINUTE);
  await lanes.publish('news', 1);
  browser.show('visible');
  await lanes.time.pass(5 * SECOND);
  expect(pingsOf(lanes.socket)).toBe(1);
});

it('a client ignores that its page is hidden, loaded for the first time, or left for good', async () => {
  await lanes.subscriber();
  await lanes.time.pass(MINUTE);
  browser.show('hidden');
  browser.emit('pageshow', false);
  browser.emit('pagehide', false);
  await lanes.time.pass(SECOND);
  expect([pingsOf(lanes.socket), lanes.socket.state]).toEqual([0, 'open']);
});

it('a client that is offline keeps a connection that still works', async () => {
  const { client, data } = await lanes.subscriber();
  browser.emit('offline');
  await lanes.time.pass(MINUTE);
  await lanes.publish('news', 1);
  expect([pingsOf(lanes.socket), lanes.sockets.length, client.connection.status, data()]).toEqual([1, 1, 'open', [1]]);
});

describe.each([
  ['frozen', () => browser.emit('freeze'), () => browser.emit('resume')],
  ['cached', () => browser.emit('pagehide', true), () => browser.emit('pageshow', true)],
])('a client whose page is %s', (_, freeze, resume) => {
  it('closes its connection and reconnects within half a second when the page is back', async () => {
    const { client, data } = await lanes.subscriber();
    browser.emit('online');
    freeze();
    expect([client.connection, lanes.socket.state]).toMatchObject([
      { status: 'connecting', reason: 'frozen', quality: 'none' },
      'closing',
    ]);
    lanes.time.sleep(MINUTE);
    await lanes.append('news', 'missed');
    resume();
    await lanes.time.pass(500);
    expect([client.connection.status, data()]).toEqual(['open', ['missed']]);
  });

  it('closes both connections while one replaces the other', async () => {
    const { client } = await lanes.subscriber('news', { rotateAfter: [MINUTE, MINUTE] });
    lanes.frames = (__, socket) => (socket === lanes.sockets[1] ? '' : undefined);
    await lanes.time.pass(MINUTE);
    freeze();
    expect([client.connection.status, lanes.open]).toEqual(['connecting', []]);
  });
});

describe('after the machine slept, a client without a browser', () => {
  beforeEach(() => browser.remove());

  it.each([
    ['stopped', true],
    ['went on', false],
  ])('replaces a dead connection within 10 seconds, if the monotonic clock %s', async (_, stops) => {
    const { client, data } = await lanes.subscriber();
    await lanes.time.pass(MINUTE);
    die(lanes.socket);
    await lanes.append('news', 'missed');
    lanes.time.sleep(MINUTE, stops);
    await lanes.time.pass(10 * SECOND);
    expect([client.connection.status, data()]).toEqual(['open', ['missed']]);
  });
});

it('a hidden page, whose timers browsers delay by a minute, sends no more pings', async () => {
  await lanes.subscriber();
  browser.show('hidden');
  for (let minutes = 0; minutes < 3; minutes += 1) {
    lanes.time.sleep(MINUTE);
    await lanes.time.pass(SECOND);
  }
  expect(pingsOf(lanes.socket)).toBe(0);
});

it('a timer that runs late waits a second for the frames that arrived before', async () => {
  const { client } = await lanes.subscriber();
  const held: string[] = [];
  lanes.frames = (frame) => {
    held.push(JSON.stringify({ type: 'pong', positions: {}, ref: frame.ref }));
    return '';
  };
  await lanes.time.pass(4 * MINUTE);
  lanes.time.sleep(MINUTE);
  await lanes.time.pass(999);
  expect([client.connection.status, client.connection.quality]).toEqual(['open', 'good']);
  for (const text of held) {
    lanes.socket.receiveText(text);
  }
  await lanes.time.pass(MINUTE);
  expect(lanes.sockets).toHaveLength(1);
});

it('a client listens to events from its first connection until it is closed', async () => {
  const client = lanes.client();
  expect([browser.listening, lanes.time.pending]).toEqual([0, []]);
  client.subscribe('news', () => undefined);
  await lanes.time.pass(0);
  expect(browser.listening).toBeGreaterThan(0);
  client.close();
  expect([browser.listening, lanes.time.pending]).toEqual([0, []]);
});
