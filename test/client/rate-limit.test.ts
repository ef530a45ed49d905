import { SubscriptionTable } from '../../lambda/adapters/subscription-table';
import { Table } from '../../lambda/adapters/table';
import type { Connection } from '../../lambda/realtime/ports';
import type { ClientFrame } from '../../client/protocol';
import type { RateLimit } from '../../lambda/realtime/rate-limit';
import { costOf } from '../../lambda/realtime/frame-cost';
import { MemoryDynamoDB } from '../support/memory/dynamodb';
import type { FakeSocket } from './fake-socket';
import { Lanes, topicsOf } from './lanes';

/** Milliseconds from a frame to its function, and from an answer to the client. */
const LATENCY = 30;
const DEFAULT = { perSecond: 20, burst: 200 };

let lanes: Lanes;

afterEach(() => lanes.end());

/** Lanes that accept the frames of each connection as the message function does. */
function limitedTo(rateLimit: RateLimit) {
  lanes = new Lanes();
  const { time } = lanes;
  const tables = { tables: ['connections'], now: time.now };
  const connections = new SubscriptionTable(
    new Table(new MemoryDynamoDB(tables), 'connections', time),
    time,
    rateLimit,
  );
  const opened = new Map<FakeSocket, Promise<Connection>>();
  const accepted = new Set<ClientFrame>();
  const counts = { refused: 0, flooding: 0 };
  const connectionOf = (socket: FakeSocket): Promise<Connection> => {
    const connection = { id: `c${opened.size}`, connectedAt: time.now() };
    const known = opened.get(socket) ?? connections.connect(connection).then(() => connection);
    opened.set(socket, known);
    return known;
  };
  const receive = async (frame: ClientFrame, socket: FakeSocket): Promise<void> => {
    const outcome = await connections.accept(await connectionOf(socket), costOf(frame));
    await time.wait(LATENCY);
    if (typeof outcome === 'object' && 'retryAfter' in outcome) {
      const { retryAfter, flooding } = outcome;
      counts.refused += 1;
      counts.flooding += flooding ? 1 : 0;
      socket.receive({ type: 'error', code: 'rate_limited', message: 'Wait', retryAfter, ref: frame.ref });
    } else {
      accepted.add(frame);
      await lanes.answer(frame, socket);
    }
  };
  lanes.frames = (frame, socket) => {
    if (accepted.has(frame)) {
      return undefined;
    }
    time.setTimeout(() => void receive(frame, socket), LATENCY);
    return '';
  };
  return counts;
}

/** Refuses the next frame. @param retryAfter - seconds */
function refuseNext(retryAfter: number): void {
  const { frames } = lanes;
  lanes.frames = ({ ref }) => {
    lanes.frames = frames;
    return JSON.stringify({ type: 'error', code: 'rate_limited', message: 'Wait', retryAfter, ref });
  };
}

/** Subscribes to topics of a page, and counts those that are ready. */
function pageOf(client: ReturnType<Lanes['client']>, name: string, topics: number) {
  const state = { ready: 0 };
  const subscriptions = Array.from({ length: topics }, (_, index) =>
    client.subscribe(`${name}:${index}`, () => undefined),
  );
  for (const { ready } of subscriptions) {
    ready.then(
      () => (state.ready += 1),
      () => undefined,
    );
  }
  return { state, leave: () => subscriptions.forEach(({ unsubscribe }) => unsubscribe()) };
}

/** Goes from page to page. @returns the last page */
async function browse({ pages, topics, every }: { pages: number; topics: number; every: number }) {
  const client = lanes.client();
  let page = pageOf(client, 'page0', topics);
  for (let count = 1; count < pages; count += 1) {
    await lanes.time.pass(every);
    page.leave();
    page = pageOf(client, `page${count}`, topics);
  }
  return page;
}

it('100 topics are ready within 3 s, and no frame is refused', async () => {
  const counts = limitedTo(DEFAULT);
  const { state } = await browse({ pages: 1, topics: 100, every: 0 });
  await lanes.time.pass(3_000);
  expect([state.ready, counts]).toEqual([100, { refused: 0, flooding: 0 }]);
});

it.each([
  [20, 5, 2_000, 5],
  [20, 100, 2_000, 5],
  [30, 50, 1_000, 5],
  [50, 5, 2_000, 10],
  [100, 5, 2_000, 15],
  [100, 5, 5_000, 15],
])(
  'a page with %d topics, after %d pages that change every %d ms, is ready within %d s, over the same connection',
  async (topics, pages, every, seconds) => {
    const counts = limitedTo(DEFAULT);
    const { state } = await browse({ pages, topics, every });
    let took = 0;
    for (; state.ready < topics && took < 100; took += 0.1) {
      await lanes.time.pass(100);
    }
    expect(took).toBeLessThanOrEqual(seconds);
    expect([state.ready, lanes.sockets.length, counts.flooding]).toEqual([topics, 1, 0]);
    // At first one for each unanswered frame, and then at most one a second.
    expect(counts.refused).toBeLessThanOrEqual(4 + (pages * every) / 1000);
    await lanes.time.pass(30_000);
    expect(lanes.socket.topics.size).toBe(topics);
  },
);

it('a client with a small limit subscribes to all topics of a page, and ends those of the previous one', async () => {
  const counts = limitedTo({ perSecond: 1, burst: 5 });
  const { state } = await browse({ pages: 3, topics: 10, every: 5_000 });
  await lanes.time.pass(120_000);
  expect([state.ready, lanes.sockets.length, counts.flooding]).toEqual([10, 1, 0]);
  expect(lanes.socket.topics.size).toBe(10);
});

it('a client sends no frame before retryAfter has passed, also no ping, and then the ping first', async () => {
  lanes = new Lanes();
  const { client } = await lanes.subscriber('news', { pingEvery: 10_000 });
  const { socket } = lanes;
  refuseNext(15);
  client.subscribe('a', () => undefined);
  await lanes.time.pass(14_999);
  client.subscribe('b', () => undefined);
  expect(socket.sent.map(({ action }) => action)).toEqual(['subscribe', 'subscribe']);
  await lanes.time.pass(1);
  expect(socket.sent.slice(2)).toEqual([
    { action: 'ping', topics: ['news'], ref: expect.any(String) },
    { action: 'subscribe', topics: ['a', 'b'], ref: expect.any(String) },
  ]);
  client.close();
  expect(lanes.time.pending).toEqual([]);
});

it('a client that wakes while it must send no frame replaces a connection that died, 3 seconds after that', async () => {
  lanes = new Lanes();
  const { client } = await lanes.subscriber('news');
  const { socket } = lanes;
  refuseNext(15);
  client.subscribe('a', () => undefined);
  await lanes.time.pass(6_000);
  socket.send = () => undefined;
  client.wake();
  await lanes.time.pass(11_000);
  expect(lanes.sockets).toHaveLength(1);
  await lanes.time.pass(3_000);
  expect(lanes.sockets).toHaveLength(2);
});

it('a client that is refused sends one frame of at most five topics at a time until none waits', async () => {
  limitedTo({ perSecond: 1, burst: 10 });
  const sent = { unanswered: 0, most: 0, topics: 0 };
  const { frames } = lanes;
  const client = lanes.client();
  pageOf(client, 'first', 1);
  await lanes.time.pass(1_000);
  for (const page of ['second', 'third']) {
    pageOf(client, page, 20);
    await lanes.time.pass(1_000);
  }
  lanes.frames = (frame, socket) => {
    const answered = frames(frame, socket);
    if (answered === '') {
      sent.unanswered += 1;
      sent.most = Math.max(sent.most, sent.unanswered);
      sent.topics = Math.max(sent.topics, topicsOf(frame).length);
    }
    lanes.time.setTimeout(() => (sent.unanswered = 0), 2 * LATENCY);
    return answered;
  };
  await lanes.time.pass(120_000);
  expect([sent.most, sent.topics, lanes.socket.topics.size]).toEqual([1, 5, 41]);
});

it('a client skips a waiting frame that is no longer wanted', async () => {
  lanes = new Lanes();
  const { client } = await lanes.subscriber();
  refuseNext(1);
  const left = ['a', 'b', 'c'].map((topic) => client.subscribe(topic, () => undefined));
  await lanes.time.pass(0);
  left.forEach(({ unsubscribe }) => unsubscribe());
  client.subscribe('d', () => undefined);
  await lanes.time.pass(1_000);
  expect(lanes.socket.sent.slice(2)).toEqual([{ action: 'subscribe', topic: 'd', ref: expect.any(String) }]);
});

it('a client ends a subscription that was requested again while it was limited', async () => {
  lanes = new Lanes();
  const { client, subscription } = await lanes.subscriber();
  refuseNext(1);
  const second = client.subscribe('news', () => undefined);
  second.unsubscribe();
  subscription.unsubscribe();
  await lanes.time.pass(1_000);
  expect(lanes.socket.topics).toEqual(new Set());
});
