import { type ClientFrame, START } from '../../client/protocol';
import type { FakeSocket } from './fake-socket';
import { Lanes, problem } from './lanes';

let lanes: Lanes;

beforeEach(() => {
  lanes = new Lanes();
});

afterEach(() => lanes.end());

const MINUTE = 60_000;
/** The defaults, with a random value of 0.5. */
const [FIRST_WAIT, ROTATION, PING] = [1_000, 102.5 * MINUTE, 4 * MINUTE];

/** Runs a test with the event listeners of a browser's window. */
async function inBrowser(run: (listeners: ReadonlyMap<string, () => void>) => Promise<void>): Promise<void> {
  const listeners = new Map<string, () => void>();
  const browser = globalThis as unknown as Record<string, unknown>;
  browser.addEventListener = (type: string, listener: () => void) => listeners.set(type, listener);
  browser.removeEventListener = (type: string) => listeners.delete(type);
  try {
    await run(listeners);
  } finally {
    delete browser.addEventListener;
    delete browser.removeEventListener;
  }
}

describe('after a connection breaks, the client', () => {
  it('reconnects after a random delay, subscribes to every topic, and handles the missed messages', async () => {
    const states: string[] = [];
    const { client, data } = await lanes.subscriber();
    client.on('connection', ({ status }) => states.push(status));
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
    await lanes.subscriber();
    lanes.handshake = 'refuse';
    lanes.socket.break();
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      await lanes.time.pass(0);
      const [wait = 0] = lanes.time.pending;
      waits.push(wait);
      await lanes.time.pass(wait);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it.each([0, 0.25, 0.75])('waits for a random part of the maximum delay: %d of it', async (chance) => {
    await lanes.subscriber();
    lanes.time.random = () => chance;
    lanes.socket.break();
    await Promise.resolve();
    expect(lanes.time.pending).toEqual([chance * 2_000]);
  });

  it('counts a connection that breaks soon after it opened as a failure', async () => {
    await lanes.subscriber();
    for (const wait of [1_000, 2_000, 4_000]) {
      lanes.socket.break();
      await lanes.time.pass(0);
      expect(lanes.time.pending).toEqual([wait]);
      await lanes.time.pass(wait);
      expect(lanes.open).toHaveLength(1);
    }
    await lanes.time.pass(MINUTE);
    lanes.socket.break();
    await lanes.time.pass(0);
    expect(lanes.time.pending).toEqual([FIRST_WAIT]);
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

  it('opens no second one when the browser emits online while one opens', async () => {
    lanes.handshake = 'hang';
    await inBrowser(async (listeners) => {
      const { client } = await lanes.subscriber();
      listeners.get('online')?.();
      await lanes.time.pass(5_000);
      expect(lanes.sockets).toHaveLength(1);
      lanes.socket.open();
      expect(client.connection.status).toBe('open');
    });
  });

  it('uses the shortest delay when the browser emits online, or pings if it is connected', async () => {
    await inBrowser(async (listeners) => {
      const { client } = await lanes.subscriber();
      lanes.handshake = 'refuse';
      lanes.socket.break();
      await lanes.time.pass(MINUTE);
      lanes.handshake = 'open';
      listeners.get('online')?.();
      expect(lanes.time.pending).toEqual([FIRST_WAIT]);
      await lanes.time.pass(FIRST_WAIT);
      expect(client.connection.status).toBe('open');

      const { sent } = lanes.socket;
      listeners.get('online')?.();
      expect(sent.at(-1)).toMatchObject({ action: 'ping' });
      client.close();
      expect(listeners.size).toBe(0);
    });
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
    const states: string[] = [];
    const { client, data } = await lanes.subscriber();
    client.on('connection', ({ status }) => states.push(status));
    client.subscribe('other', () => undefined);
    let confirm: () => void = () => undefined;
    lanes.frames = (frame, socket) => {
      if (socket !== lanes.sockets[1] || frame.action !== 'subscribe' || frame.topic !== 'other') {
        return undefined;
      }
      confirm = () => socket.receive({ type: 'subscribed', topic: 'other', epoch: '', sequence: 0, ref: frame.ref });
      return '';
    };
    await lanes.time.pass(ROTATION);
    await lanes.publish('news', 1);
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

describe('with 100 topics, a connection', () => {
  const topics = Array.from({ length: 100 }, (_, index) => `topic:${index}`);

  /** Subscribes to all topics, and answers each frame after 100 ms unless `fails` handles it. */
  async function subscribeAll(fails: (frame: ClientFrame, socket: FakeSocket) => boolean) {
    const state = { unanswered: 0, most: 0, ready: 0 };
    lanes.frames = (frame, socket) => {
      if (fails(frame, socket)) {
        return '';
      }
      state.unanswered += 1;
      state.most = Math.max(state.most, state.unanswered);
      lanes.time.setTimeout(() => {
        state.unanswered -= 1;
        socket.receive({ type: `${frame.action}d`, ...frame, ...START });
      }, 100);
      return '';
    };
    const client = lanes.client();
    const subscriptions = topics.map((topic) => client.subscribe(topic, () => undefined));
    for (const { ready } of subscriptions) {
      ready.then(
        () => (state.ready += 1),
        () => undefined,
      );
    }
    await lanes.time.pass(0);
    return { state, subscriptions };
  }

  it('has at most four unanswered frames, and subscribes to all of them', async () => {
    const { state, subscriptions } = await subscribeAll(() => false);
    await lanes.time.pass(2_500);
    expect(state).toEqual({ unanswered: 0, most: 4, ready: 100 });
    for (const { unsubscribe } of subscriptions) {
      unsubscribe();
    }
    await lanes.time.pass(2_500);
    expect(state).toEqual({ unanswered: 0, most: 4, ready: 100 });
    expect(lanes.socket.sent.filter(({ action }) => action === 'unsubscribe')).toHaveLength(100);
  });

  const four = topics.slice(0, 4);

  it('subscribes to the others if four are answered with an error that it retries', async () => {
    const { state } = await subscribeAll((frame, socket) => {
      const fails = 'topic' in frame && four.includes(frame.topic);
      if (fails) {
        socket.receive({ type: 'error', code: 'unavailable', message: 'Not now', retryAfter: 1, ref: frame.ref });
      }
      return fails;
    });
    await lanes.time.pass(5_000);
    expect(state.ready).toBe(96);
  });

  it('subscribes to the others if four get no answer', async () => {
    const { state } = await subscribeAll((frame) => 'topic' in frame && four.includes(frame.topic));
    lanes.socket.receive({ type: 'unknown' });
    await lanes.time.pass(15_000);
    expect([state.ready, lanes.sockets.length]).toEqual([96, 1]);
  });

  it('sends no waiting frame after it has ended', async () => {
    await subscribeAll(() => false);
    lanes.handshake = 'hang';
    const { socket } = lanes;
    socket.receive({ type: 'error', code: 'not_connected', message: 'It is closing', ref: socket.sent[0]?.ref });
    await lanes.time.pass(9_000);
    expect([socket.sent.length, socket.state]).toEqual([4, 'closing']);
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
    expect(lanes.time.pending).toEqual([9_000]);
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
