import type { TwinlaneClient } from '../../client';
import { type ClientFrame, START } from '../../client/protocol';
import type { FakeSocket } from './fake-socket';
import { Lanes, problem, topicsOf } from './lanes';

let lanes: Lanes;

beforeEach(() => {
  lanes = new Lanes();
});

afterEach(() => lanes.end());

const MINUTE = 60_000;
/** The defaults, with a random value of 0.5. */
const [FIRST_WAIT, ROTATION, PING] = [1_000, 102.5 * MINUTE, 4 * MINUTE];

/** @returns the statuses of a client from now on, each change once */
function statusesOf(client: TwinlaneClient): string[] {
  const statuses: string[] = [];
  let last: string = client.connection.status;
  client.on('connection', ({ status }) => {
    if (status !== last) {
      statuses.push(status);
    }
    last = status;
  });
  return statuses;
}

/** Milliseconds until the next attempt. */
const waitOf = ({ connection }: TwinlaneClient): number => (connection.retryAt ?? Number.NaN) - lanes.time.date();

describe('after a connection breaks, the client', () => {
  it('reconnects after a random delay, subscribes to every topic, and handles the missed messages', async () => {
    const { client, data } = await lanes.subscriber();
    const states = statusesOf(client);
    await lanes.publish('news', 1);
    lanes.socket.break();
    await lanes.time.pass(0);
    await lanes.append('news', 'missed');
    await lanes.time.pass(FIRST_WAIT - 1);
    expect(lanes.sockets).toHaveLength(1);
    await lanes.time.pass(1);
    await lanes.publish('news', 3);
    expect(data()).toEqual([1, 'missed', 3]);
    expect(states).toEqual(['connecting', 'open']);
  });

  it('emits recovered when all missed messages have been handled', async () => {
    const recovered: unknown[] = [];
    const { client } = await lanes.subscriber();
    await lanes.publish('news', 1);
    client.on('recovered', (event) => recovered.push(event));
    lanes.socket.break();
    await lanes.time.pass(0);
    const { epoch } = await lanes.append('news', 2);
    await lanes.time.pass(FIRST_WAIT);
    expect(recovered).toEqual([{ topic: 'news', recovered: true, epoch, sequence: 2 }]);
    await lanes.publish('news', 3);
    await lanes.time.pass(10 * MINUTE);
    expect(recovered).toHaveLength(1);
  });

  it('doubles the maximum delay with each failure, up to a minute', async () => {
    const { client } = await lanes.subscriber();
    lanes.handshake = 'refuse';
    lanes.socket.break();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      await lanes.time.pass(0);
      expect(client.connection).toMatchObject({ status: 'connecting', reason: 'dropped', attempt, quality: 'none' });
      const wait = waitOf(client);
      waits.push(wait);
      await lanes.time.pass(wait);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it.each([0, 0.25, 0.75])('waits for a random part of the maximum delay: %d of it', async (chance) => {
    const { client } = await lanes.subscriber();
    lanes.time.random = () => chance;
    lanes.socket.break();
    await Promise.resolve();
    expect(waitOf(client)).toBe(chance * 2_000);
  });

  it.each([undefined, 1001, 1005, 1006])(
    'waits for the shortest delay after each connection that worked for 10 seconds, if its close code is %p',
    async (code) => {
      const { client } = await lanes.subscriber();
      for (let count = 0; count < 5; count += 1) {
        await lanes.time.pass(10_000);
        lanes.socket.break(code);
        await lanes.time.pass(0);
        expect([client.connection.closeCode, waitOf(client)]).toEqual([code, FIRST_WAIT]);
        await lanes.time.pass(FIRST_WAIT);
      }
      expect(client.connection).toMatchObject({ status: 'open', attempt: 0 });
      expect(client.connection.reason).toBeUndefined();
    },
  );

  it('waits longer after each connection that breaks within 10 seconds, so that a broken server gets few', async () => {
    const { client } = await lanes.subscriber();
    for (const wait of [1_000, 2_000, 4_000]) {
      await lanes.time.pass(5_000);
      lanes.socket.break();
      await lanes.time.pass(0);
      expect(waitOf(client)).toBe(wait);
      await lanes.time.pass(wait);
    }
  });

  it.each([1000, 1008, 1011, 4000])(
    'waits longer after each connection that the server closes within a minute with the code %d',
    async (code) => {
      const { client } = await lanes.subscriber();
      for (const wait of [1_000, 2_000, 4_000]) {
        lanes.socket.break(code);
        await lanes.time.pass(0);
        expect(waitOf(client)).toBe(wait);
        await lanes.time.pass(wait);
      }
      await lanes.time.pass(MINUTE);
      lanes.socket.break(code);
      await lanes.time.pass(0);
      expect(waitOf(client)).toBe(FIRST_WAIT);
    },
  );

  it('waits longer after each connection that breaks before a frame was answered', async () => {
    const { client } = await lanes.subscriber();
    lanes.frames = () => '';
    for (const wait of [1_000, 2_000, 4_000]) {
      lanes.socket.break();
      await lanes.time.pass(0);
      expect(waitOf(client)).toBe(wait);
      await lanes.time.pass(wait);
      expect(lanes.open).toHaveLength(1);
    }
  });

  it('waits longer after each connection that a newer one of the same subject replaces, and reports that limit', async () => {
    const { client } = await lanes.subscriber();
    for (const wait of [1_000, 2_000, 4_000]) {
      await lanes.time.pass(2 * MINUTE);
      lanes.socket.receive({ type: 'error', code: 'connection_limit', message: 'Too many connections' });
      expect(client.connection).toMatchObject({
        status: 'connecting',
        reason: 'limit',
        error: { code: 'connection_limit', message: 'Too many connections' },
      });
      expect(waitOf(client)).toBe(wait);
      await lanes.time.pass(wait);
    }
  });

  it('gives up a handshake without a response', async () => {
    lanes.handshake = 'hang';
    await lanes.subscriber();
    await lanes.time.pass(10_000);
    lanes.handshake = 'open';
    await lanes.time.pass(FIRST_WAIT);
    expect(lanes.sockets.map(({ state }) => state)).toEqual(['closing', 'open']);
  });

  it('detects a half-open connection by a ping without an answer', async () => {
    const { client } = await lanes.subscriber();
    lanes.frames = () => '';
    await lanes.time.pass(PING + 9_999);
    expect(client.connection.status).toBe('open');
    await lanes.time.pass(1);
    expect([client.connection.status, lanes.socket.state]).toEqual(['connecting', 'closing']);
  });
});

describe('before API Gateway closes a connection, the client', () => {
  it.each([
    [0, 90],
    [0.5, 102.5],
    [0.999999999, 115],
  ])('opens a second one: with a random value of %d after %d minutes', async (chance, minutes) => {
    lanes.time.random = () => chance;
    await lanes.subscriber();
    await lanes.time.pass(minutes * MINUTE - 1);
    expect(lanes.sockets).toHaveLength(1);
    await lanes.time.pass(1);
    expect(lanes.sockets).toHaveLength(2);
  });

  it('closes the first only when the second is subscribed to every topic, and drops duplicates', async () => {
    const { client, data } = await lanes.subscriber();
    const states = statusesOf(client);
    client.subscribe('other', () => undefined);
    let confirm: () => void = () => undefined;
    lanes.frames = (frame, socket) => {
      if (socket !== lanes.sockets[1] || frame.action !== 'subscribe') {
        return undefined;
      }
      socket.topics.add('news');
      confirm = () => {
        const topics = { news: { epoch, sequence: 1 }, other: START };
        socket.receive({ type: 'subscribed', topics, ref: frame.ref });
      };
      return '';
    };
    await lanes.time.pass(ROTATION);
    const { epoch } = await lanes.publish('news', 1);
    expect(lanes.open).toHaveLength(2);
    await lanes.time.pass(9_000);
    expect(lanes.open).toHaveLength(2);
    confirm();
    await lanes.publish('news', 2);
    await lanes.time.pass(5_000);
    await lanes.publish('news', 3);
    expect(lanes.open).toEqual([lanes.sockets[1]]);
    expect([data(), states, lanes.requests]).toEqual([[1, 2, 3], [], []]);
  });

  it('still receives messages over the first for 5 seconds', async () => {
    const recovered = jest.fn();
    const { client, data } = await lanes.subscriber();
    client.on('recovered', recovered);
    await lanes.time.pass(ROTATION + 4_999);
    lanes.sockets[0]?.receive({ type: 'message', ...(await lanes.append('news', 1)) });
    expect(data()).toEqual([1]);
    await lanes.time.pass(1);
    expect(lanes.open).toEqual([lanes.sockets[1]]);
    expect(recovered).not.toHaveBeenCalled();
  });

  it('keeps the first and tries again if the second is refused', async () => {
    const { client, data } = await lanes.subscriber();
    lanes.handshake = 'refuse';
    await lanes.time.pass(ROTATION);
    await lanes.publish('news', 1);
    lanes.handshake = 'open';
    await lanes.time.pass(FIRST_WAIT);
    await lanes.publish('news', 2);
    expect([client.connection.status, data(), lanes.sockets.length]).toEqual(['open', [1, 2], 3]);
  });

  it('continues with the second if the first breaks meanwhile', async () => {
    const { client, data } = await lanes.subscriber();
    lanes.frames = (_, socket) => (socket === lanes.sockets[1] ? '' : undefined);
    await lanes.time.pass(ROTATION);
    lanes.sockets[0]?.break();
    await lanes.time.pass(0);
    expect([client.connection.status, lanes.sockets.length]).toEqual(['open', 2]);
    lanes.frames = () => undefined;
    await lanes.append('news', 'missed');
    await lanes.time.pass(MINUTE);
    expect([client.connection.status, data()]).toEqual(['open', ['missed']]);
  });

  it('waits for the second if the first breaks while the second opens', async () => {
    const { client } = await lanes.subscriber();
    lanes.handshake = 'hang';
    await lanes.time.pass(ROTATION);
    lanes.sockets[0]?.break();
    await lanes.time.pass(9_000);
    expect([client.connection.status, lanes.sockets.length]).toEqual(['connecting', 2]);
    lanes.socket.open();
    expect(client.connection.status).toBe('open');
  });

  it('subscribes to a new topic over both', async () => {
    const { client } = await lanes.subscriber();
    lanes.frames = (_, socket) => (socket === lanes.sockets[1] ? '' : undefined);
    await lanes.time.pass(ROTATION);
    client.subscribe('other', () => undefined);
    await lanes.time.pass(0);
    expect(lanes.open.map(({ sent }) => sent.at(-1))).toEqual(
      Array(2).fill({ action: 'subscribe', topic: 'other', ref: expect.any(String) }),
    );
  });
});

describe('a ping', () => {
  it('lists every subscribed topic, and no other', async () => {
    const { client } = await lanes.subscriber();
    client.subscribe('other', () => undefined);
    client.subscribe('gone', () => undefined).unsubscribe();
    await lanes.time.pass(PING);
    expect(lanes.socket.sent.at(-1)).toMatchObject({ action: 'ping', topics: ['news', 'other'] });
  });

  it.each([
    [0, 3.2],
    [0.999999, 4.8],
  ])(
    'is sent less than 5 minutes after the previous one: with a random value of %d after %d minutes',
    async (chance, minutes) => {
      lanes.time.random = () => chance;
      await lanes.subscriber();
      for (const pings of [1, 2, 3]) {
        await lanes.time.pass(minutes * MINUTE);
        expect(lanes.socket.sent.filter(({ action }) => action === 'ping')).toHaveLength(pings);
      }
    },
  );
});

describe('a subscribe frame', () => {
  /** Replaces the answer to the first frame; undefined: no answer. */
  function first(reply: object | undefined): void {
    lanes.frames = ({ ref }) => {
      lanes.frames = () => undefined;
      return reply ? JSON.stringify({ type: 'error', message: 'Not now', ref, ...reply }) : '';
    };
  }

  it.each([
    ['unavailable', 3_250],
    ['rate_limited', 3_000],
  ])('is sent again after retryAfter if the answer is %s', async (code, after) => {
    first({ code, retryAfter: 3 });
    const { client } = await lanes.subscriber();
    await lanes.time.pass(after - 1);
    expect(lanes.socket.topics.size).toBe(0);
    await lanes.time.pass(1);
    expect([lanes.socket.topics.has('news'), client.connection.status]).toEqual([true, 'open']);
  });

  it('is sent again if it gets no answer but other frames arrive', async () => {
    first(undefined);
    const { client } = await lanes.subscriber();
    lanes.socket.receive({ message: 'Internal server error', connectionId: 'a=', requestId: 'b=' });
    await lanes.time.pass(10_000);
    expect([lanes.socket.topics.has('news'), client.connection.status, lanes.sockets.length]).toEqual([
      true,
      'open',
      1,
    ]);
  });

  it.each(['not_connected', 'unauthorized'])('is sent over a new connection if the answer is %s', async (code) => {
    first({ code });
    await lanes.subscriber();
    await lanes.time.pass(FIRST_WAIT);
    expect(lanes.sockets.map(({ topics }) => [...topics])).toEqual([[], ['news']]);
  });

  it.each(['subscription_limit', 'invalid_topic', 'forbidden'])(
    'is not sent again, and the event error is emitted, if the answer is %s',
    async (code) => {
      const client = lanes.client();
      const errors: unknown[] = [];
      client.on('error', (error) => errors.push(error));
      first({ code });
      client.subscribe('news', () => undefined);
      await lanes.time.pass(MINUTE);
      expect(errors).toEqual([
        expect.objectContaining({ name: 'TwinlaneError', code, topic: 'news', message: 'Not now' }),
      ]);
      expect(lanes.socket.sent.filter(({ action }) => action === 'subscribe')).toHaveLength(1);
    },
  );

  it('is sent again after growing delays while the answer is internal', async () => {
    const sent: number[] = [];
    lanes.frames = ({ ref }) => {
      sent.push(lanes.time.now());
      return JSON.stringify({ type: 'error', code: 'internal', message: 'Not now', ref });
    };
    await lanes.subscriber();
    await lanes.time.pass(30_000);
    const delays = sent.slice(1).map((time, index) => time - (sent[index] ?? 0));
    expect(delays.slice(0, 7)).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  });

  it('is sent for a new handler of a topic that was refused before', async () => {
    const client = lanes.client();
    client.on('error', () => undefined);
    first({ code: 'forbidden' });
    client.subscribe('news', () => undefined);
    await lanes.time.pass(0);
    expect(lanes.socket.topics.size).toBe(0);
    client.subscribe('news', () => undefined);
    await lanes.time.pass(0);
    expect([lanes.socket.topics.has('news'), lanes.sockets.length]).toEqual([true, 1]);
  });

  it('has its error logged to the console if the event error has no listener', async () => {
    const written = jest.spyOn(console, 'error').mockReturnValue();
    try {
      first({ code: 'forbidden' });
      await lanes.subscriber();
      expect(written).toHaveBeenCalledWith(expect.objectContaining({ code: 'forbidden' }));
    } finally {
      written.mockRestore();
    }
  });
});

describe('a subscribe frame with several topics', () => {
  const subscribesOf = ({ sent }: FakeSocket) => sent.filter(({ action }) => action === 'subscribe').map(topicsOf);

  it('contains the topics of one task, and then those of another', async () => {
    const client = lanes.client();
    for (const topic of ['a', 'b', 'c']) {
      client.subscribe(topic, () => undefined);
    }
    client.subscribe('gone', () => undefined).unsubscribe();
    await lanes.time.pass(0);
    for (const topic of ['d', 'e']) {
      client.subscribe(topic, () => undefined);
    }
    await lanes.time.pass(0);
    expect(subscribesOf(lanes.socket)).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
  });

  it('delivers the messages of each of its topics', async () => {
    const client = lanes.client();
    const received: unknown[] = [];
    for (const topic of ['a', 'b']) {
      client.subscribe(topic, ({ data }) => received.push([topic, data]));
    }
    await lanes.time.pass(0);
    await lanes.publish('b', 1);
    await lanes.publish('a', 2);
    expect(received).toEqual([
      ['b', 1],
      ['a', 2],
    ]);
  });

  it('is repeated for the topics whose refusal has a retryAfter, and not for those that are refused permanently', async () => {
    const client = lanes.client();
    const errors: unknown[] = [];
    client.on('error', ({ code, topic }) => errors.push([code, topic]));
    lanes.frames = ({ ref }) => {
      lanes.frames = () => undefined;
      const topics = {
        works: { ...START, subscription: 's' },
        denied: { code: 'forbidden', message: 'No' },
        busy: { code: 'unavailable', message: 'Not now', retryAfter: 2 },
        broken: { code: 'internal', message: 'It failed' },
      };
      return JSON.stringify({ type: 'subscribed', topics, ref });
    };
    const topics = ['works', 'denied', 'busy', 'broken', 'absent'];
    for (const topic of topics) {
      client.subscribe(topic, () => undefined);
    }
    await lanes.time.pass(2_249);
    expect(subscribesOf(lanes.socket)).toEqual([topics]);
    await lanes.time.pass(MINUTE);
    expect(subscribesOf(lanes.socket)).toEqual([topics, ['busy', 'broken', 'absent']]);
    expect(errors).toEqual([['forbidden', 'denied']]);
  });

  it.each(['invalid_frame', 'forbidden'])('is refused for each topic if the answer is %s', async (code) => {
    const client = lanes.client();
    const errors: unknown[] = [];
    client.on('error', (error) => errors.push([error.code, error.topic]));
    lanes.frames = ({ ref }) => JSON.stringify({ type: 'error', code, message: 'No', ref });
    client.subscribe('a', () => undefined);
    client.subscribe('b', () => undefined);
    await lanes.time.pass(MINUTE);
    expect(errors).toEqual([
      [code, 'a'],
      [code, 'b'],
    ]);
    expect(subscribesOf(lanes.socket)).toHaveLength(1);
  });

  it('is sent again if it gets no answer, and a topic that is no longer wanted is left by its id', async () => {
    const client = lanes.client();
    let lost: ClientFrame | undefined;
    lanes.frames = (frame) => {
      lanes.frames = () => undefined;
      lost = frame;
      return '';
    };
    client.subscribe('kept', () => undefined);
    const { unsubscribe } = client.subscribe('left', () => undefined);
    await lanes.time.pass(0);
    await lanes.answer({ ...(lost as ClientFrame), ref: 'nobody' }, lanes.socket);
    unsubscribe();
    await lanes.time.pass(10_000);
    expect([...lanes.socket.topics]).toEqual(['kept']);
    expect(lanes.socket.sent.at(-1)).toMatchObject({ action: 'unsubscribe', subscription: expect.any(String) });
  });
});

describe('with 100 topics, a connection', () => {
  const topics = Array.from({ length: 100 }, (_, index) => `topic:${index}`);

  /** Subscribes to all topics, and answers each frame after 100 ms. */
  async function subscribeAll() {
    const state = { unanswered: 0, most: 0, ready: 0 };
    lanes.frames = (frame, socket) => {
      state.unanswered += 1;
      state.most = Math.max(state.most, state.unanswered);
      lanes.time.setTimeout(() => {
        state.unanswered -= 1;
        lanes.frames = () => undefined;
        void lanes.answer(frame, socket);
        lanes.frames = delayed;
      }, 100);
      return '';
    };
    const delayed = lanes.frames;
    const client = lanes.client();
    const subscriptions = topics.map((topic) => client.subscribe(topic, () => undefined));
    for (const { ready } of subscriptions) {
      ready.then(
        () => (state.ready += 1),
        () => undefined,
      );
    }
    await lanes.time.pass(0);
    return { client, state, subscriptions };
  }

  it('subscribes to all of them with one frame, and leaves them with at most four unanswered frames', async () => {
    const { state, subscriptions } = await subscribeAll();
    await lanes.time.pass(100);
    expect(state).toEqual({ unanswered: 0, most: 1, ready: 100 });
    for (const { unsubscribe } of subscriptions) {
      unsubscribe();
    }
    await lanes.time.pass(2_500);
    expect([state, lanes.socket.topics.size]).toEqual([{ unanswered: 0, most: 4, ready: 100 }, 0]);
  });

  it('is never subscribed to more than 100 while it changes all of them', async () => {
    const { client, subscriptions } = await subscribeAll();
    await lanes.time.pass(100);
    let most = 0;
    const { frames } = lanes;
    lanes.frames = (frame, socket) => {
      most = Math.max(most, socket.topics.size + (frame.action === 'subscribe' ? topicsOf(frame).length : 0));
      return frames(frame, socket);
    };
    for (const topic of topics) {
      client.subscribe(`next:${topic}`, () => undefined);
    }
    for (const { unsubscribe } of subscriptions) {
      unsubscribe();
    }
    for (let tenths = 0; tenths < 200; tenths += 1) {
      await lanes.time.pass(100);
    }
    expect([most, [...lanes.socket.topics]]).toEqual([100, topics.map((topic) => `next:${topic}`)]);
  });

  it('sends no waiting frame after it has ended', async () => {
    const { subscriptions } = await subscribeAll();
    await lanes.time.pass(100);
    for (const { unsubscribe } of subscriptions) {
      unsubscribe();
    }
    await lanes.time.pass(0);
    lanes.handshake = 'hang';
    const { socket } = lanes;
    socket.receive({ type: 'error', code: 'not_connected', message: 'It is closing', ref: socket.sent[1]?.ref });
    await lanes.time.pass(9_000);
    expect([socket.sent.length, socket.state]).toEqual([5, 'closing']);
  });
});

describe('a client with a token', () => {
  it('opens every connection with a new ticket', async () => {
    await lanes.subscriber('news', { token: () => 'secret' });
    await lanes.time.pass(ROTATION);
    expect(lanes.sockets.map(({ protocols }) => protocols)).toEqual([
      ['twinlane.v1', 'ticket.ticket-id-1'],
      ['twinlane.v1', 'ticket.ticket-id-2'],
    ]);
    expect(lanes.requests).toMatchObject(
      Array(2).fill({ method: 'POST', path: '/v1/tickets', headers: { authorization: 'Bearer secret' } }),
    );
  });

  it('waits for the delay plus Retry-After if it gets no ticket', async () => {
    const { client } = await lanes.subscriber('news', { token: () => 'secret' });
    lanes.http = () => problem(503, 'unavailable', { 'retry-after': '7' });
    lanes.socket.break();
    await lanes.time.pass(FIRST_WAIT);
    expect(waitOf(client)).toBe(9_000);
    lanes.http = () => undefined;
    await lanes.time.pass(9_000);
    expect(client.connection.status).toBe('open');
  });

  it('emits error if a ticket is refused, and keeps trying', async () => {
    lanes.http = () => problem(401, 'unauthorized');
    const errors: unknown[] = [];
    let token = 'expired';
    const client = lanes.client({ token: () => token });
    client.on('error', (error) => errors.push(error));
    client.subscribe('news', () => undefined);
    await lanes.time.pass(0);
    expect(errors).toEqual([expect.objectContaining({ code: 'unauthorized' })]);
    token = 'fresh';
    lanes.http = () => undefined;
    await lanes.time.pass(FIRST_WAIT);
    expect([client.connection.status, lanes.requests.at(-1)?.headers.authorization]).toEqual(['open', 'Bearer fresh']);
  });

  it('opens no connection if it is closed at any moment while it requests a ticket', async () => {
    for (let moments = 0; lanes.sockets.length === 0; moments += 1) {
      const client = lanes.client({ token: () => 'secret' });
      client.subscribe('news', () => undefined);
      for (let moment = 0; moment < moments; moment += 1) {
        await Promise.resolve();
      }
      client.close();
      await lanes.time.pass(MINUTE);
      expect([lanes.open, client.connection.status, lanes.time.pending]).toEqual([[], 'closed', []]);
    }
  });
});
