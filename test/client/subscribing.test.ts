import type { HttpResponse, TwinlaneClient } from '../../client';
import { type ClientFrame, START } from '../../client/protocol';
import { answer, collected, Lanes, problem } from './lanes';

let lanes: Lanes;

beforeEach(() => {
  lanes = new Lanes();
});

afterEach(() => {
  lanes.end();
  jest.restoreAllMocks();
});

const GAP = 1_000;
const MINUTE = 60_000;

/** @returns the errors that are reported as uncaught until the test ends */
function uncaughtErrors(): unknown[] {
  const uncaught: unknown[] = [];
  jest.spyOn(globalThis, 'queueMicrotask').mockImplementation((run) => {
    void Promise.resolve()
      .then(run)
      .catch((error) => uncaught.push(error));
  });
  return uncaught;
}

it('the client opens no socket before the first subscription', async () => {
  const client = lanes.client();
  await lanes.time.pass(MINUTE);
  expect([lanes.sockets.length, client.connection.status]).toEqual([0, 'idle']);
});

it('the client offers the protocol, subscribes, and handles what is published from then on', async () => {
  await lanes.append('news', 'before');
  const { data } = await lanes.subscriber();
  await lanes.publish('news', 'after');
  expect([lanes.socket.url, lanes.socket.protocols]).toEqual(['wss://ws.example.com', ['twinlane.v1']]);
  expect(data()).toEqual(['after']);
  expect(lanes.requests).toEqual([]);
});

it('a handler gets the whole message', async () => {
  const { received } = await lanes.subscriber();
  const message = await lanes.publish('news', { text: 'hello' });
  expect(received).toEqual([message]);
});

it('the client handles every message of a frame with several, of any topic', async () => {
  const { client, data } = await lanes.subscriber();
  const other: unknown[] = [];
  client.subscribe('other', (message) => other.push(message.data));
  await lanes.time.pass(0);
  const messages = [await lanes.append('news', 1), await lanes.append('other', 2), await lanes.append('news', 3)];
  lanes.socket.receive({ type: 'messages', messages });
  expect([data(), other]).toEqual([[1, 3], [2]]);
});

it('the client ignores a frame of an unknown type, and a message of a topic without a handler', async () => {
  const { data } = await lanes.subscriber();
  lanes.socket.receive({ type: 'unknown', topic: 'news', sequence: 1 });
  lanes.socket.receive({ message: 'Internal server error', connectionId: 'a=', requestId: 'b=' });
  lanes.socket.receive({ type: 'message', ...(await lanes.append('else', 1)) });
  await lanes.publish('news', 1);
  expect(data()).toEqual([1]);
});

it('a subscription is ready when everything later is pushed, and not before', async () => {
  let confirm: () => void = () => undefined;
  lanes.frames = ({ ref }, socket) => {
    confirm = () => socket.receive({ type: 'subscribed', topic: 'news', ...START, ref });
    return '';
  };
  const ready = jest.fn();
  void lanes
    .client()
    .subscribe('news', () => undefined)
    .ready.then(ready, () => undefined);
  await lanes.time.pass(0);
  expect(ready).not.toHaveBeenCalled();
  confirm();
  await lanes.time.pass(0);
  expect(ready).toHaveBeenCalledTimes(1);
});

it('the client drops duplicate pushes', async () => {
  lanes.push = (message, socket) => {
    socket.receive({ type: 'message', ...message });
    socket.receive({ type: 'message', ...message });
  };
  const { data } = await lanes.subscriber();
  await lanes.publish('news', 1);
  await lanes.publish('news', 2);
  expect(data()).toEqual([1, 2]);
});

it('the client reorders pushes without a request', async () => {
  const { data } = await lanes.subscriber();
  const [first, second, third] = [
    await lanes.append('news', 1),
    await lanes.append('news', 2),
    await lanes.append('news', 3),
  ];
  for (const message of [third, second]) {
    lanes.socket.receive({ type: 'message', ...message });
  }
  expect(data()).toEqual([]);
  lanes.socket.receive({ type: 'message', ...first });
  expect(data()).toEqual([1, 2, 3]);
  await lanes.time.pass(GAP);
  expect(lanes.requests).toEqual([]);
});

it('the client fills a gap from history, after a delay in which late pushes may arrive', async () => {
  const { data } = await lanes.subscriber();
  await lanes.publish('news', 1);
  await lanes.append('news', 'lost');
  await lanes.publish('news', 3);
  await lanes.time.pass(GAP / 2);
  expect([data(), lanes.requests]).toEqual([[1], []]);
  await lanes.time.pass(GAP / 2);
  expect(data()).toEqual([1, 'lost', 3]);
  expect(lanes.paths('GET')).toEqual(['/v1/topics/news/messages?after=1']);
});

it.each([
  [0, 100],
  [0.999999, 1000],
])('clients read history after a random delay: with a random value of %d after %d ms', async (chance, delay) => {
  await lanes.subscriber();
  lanes.time.random = () => chance;
  await lanes.append('news', 'lost');
  await lanes.publish('news', 2);
  await lanes.time.pass(delay - 1);
  expect(lanes.requests).toEqual([]);
  await lanes.time.pass(1);
  expect(lanes.requests).toHaveLength(1);
});

it('the client reads history page by page until nothing is missing', async () => {
  for (let data = 1; data <= 250; data += 1) {
    await lanes.append('news', data);
  }
  const client = lanes.client();
  const data: unknown[] = [];
  client.subscribe('news', (message) => data.push(message.data), { after: START });
  await lanes.time.pass(GAP);
  expect(data).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
  expect(lanes.paths('GET')).toEqual([0, 100, 200].map((after) => `/v1/topics/news/messages?after=${after}`));
});

it('the client detects a lost last message by a ping, within five minutes', async () => {
  const { data } = await lanes.subscriber();
  await lanes.publish('news', 1);
  await lanes.append('news', 'lost');
  await lanes.time.pass(5 * MINUTE);
  expect(data()).toEqual([1, 'lost']);
  expect(lanes.socket.sent).toContainEqual({ action: 'ping', topics: ['news'], ref: expect.any(String) });
});

it('the client subscribes before it reads history, and merges what is pushed meanwhile', async () => {
  const client = lanes.client();
  const data: unknown[] = [];
  await lanes.append('news', 1);
  await lanes.append('news', 2);
  let release: () => void = () => undefined;
  lanes.http = () => {
    expect(lanes.socket.topics).toEqual(new Set(['news']));
    return undefined;
  };
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const serve = lanes.http;
  lanes.http = (request) => {
    serve(request);
    lanes.http = serve;
    return held.then(async () => answer(200, page));
  };
  const after = { epoch: '', sequence: 0 };
  client.subscribe('news', (message) => data.push(message.data), { after });
  await lanes.time.pass(0);
  const page = await lanes.page('news', 0);
  await lanes.publish('news', 3);
  expect(data).toEqual([]);
  release();
  await lanes.time.pass(0);
  expect(data).toEqual([1, 2, 3]);
});

it('the client handles messages that are pushed before the subscribed frame, from the head in that frame on', async () => {
  await lanes.append('news', 'before');
  let held: string | undefined;
  lanes.frames = (frame, socket) => {
    socket.topics.add('news');
    held = JSON.stringify({ type: 'subscribed', topic: 'news', ...position, ref: frame.ref });
    return '';
  };
  const position = { epoch: (await lanes.head('news')).epoch, sequence: 2 };
  const { data } = await lanes.subscriber();
  await lanes.publish('news', 'counted');
  await lanes.publish('news', 'after');
  expect(data()).toEqual([]);
  lanes.socket.receiveText(held ?? '');
  expect(data()).toEqual(['after']);
});

describe('recovery', () => {
  it('reports lost messages once, and continues from the head', async () => {
    const recovered: unknown[] = [];
    const { client, data } = await lanes.subscriber();
    client.on('recovered', (event) => recovered.push(event));
    await lanes.publish('news', 1);
    lanes.http = ({ path }) => (path.endsWith('after=1') ? lost : undefined);
    await lanes.append('news', 'expired');
    const last = await lanes.publish('news', 3);
    const lost = answer(200, { topic: 'news', epoch: last.epoch, sequence: 3, recovered: false, messages: [] });
    await lanes.time.pass(GAP);
    await lanes.publish('news', 4);
    expect(data()).toEqual([1, 4]);
    expect(recovered).toEqual([{ topic: 'news', recovered: false, epoch: last.epoch, sequence: 3 }]);
  });

  it('reports lost messages if history confirms a new epoch', async () => {
    const recovered: unknown[] = [];
    const { client, data } = await lanes.subscriber();
    client.on('recovered', (event) => recovered.push(event));
    await lanes.publish('news', 'old');
    lanes.restore();
    const { epoch } = await lanes.publish('news', 'unseen');
    expect(data()).toEqual(['old']);
    await lanes.time.pass(GAP);
    await lanes.publish('news', 'new');
    expect(data()).toEqual(['old', 'new']);
    expect(recovered).toEqual([{ topic: 'news', recovered: false, epoch, sequence: 1 }]);
  });

  it('does not return to an old epoch because of a late push', async () => {
    const recovered: unknown[] = [];
    const { client, data } = await lanes.subscriber();
    const late = await lanes.append('news', 'late');
    lanes.restore();
    await lanes.publish('news', 'new');
    client.on('recovered', (event) => recovered.push(event));
    lanes.socket.receive({ type: 'message', ...late });
    await lanes.time.pass(GAP);
    await lanes.publish('news', 'newer');
    expect([data(), recovered]).toEqual([['new', 'newer'], []]);
  });

  it('reports nothing if the first message of a topic begins an epoch', async () => {
    const recovered = jest.fn();
    const { client, data } = await lanes.subscriber();
    client.on('recovered', recovered);
    await lanes.append('news', 'lost');
    await lanes.publish('news', 2);
    await lanes.time.pass(GAP);
    expect(data()).toEqual(['lost', 2]);
    expect(recovered).not.toHaveBeenCalled();
  });
});

it('the client retries a read of history that is unavailable', async () => {
  let failures = 3;
  lanes.http = () => (failures-- > 0 ? problem(503, 'unavailable') : undefined);
  await lanes.append('news', 1);
  const client = lanes.client();
  const data: unknown[] = [];
  client.subscribe('news', (message) => data.push(message.data), { after: START });
  await lanes.time.pass(MINUTE);
  expect([data, failures]).toEqual([[1], -1]);
});

it.each<[string, number, number]>([
  ['fails once', 500, 1_000],
  ['is unavailable for a minute', 503, 75_000],
])('a client that resumes gets what it missed although history %s', async (_, status, within) => {
  const { client, data, subscription } = await lanes.subscriber();
  const errors: unknown[] = [];
  client.on('error', ({ code, topic }) => errors.push([code, topic]));
  await lanes.time.pass(MINUTE);
  const until = lanes.time.now() + (status === 503 ? MINUTE : 0);
  let failures = 0;
  lanes.http = ({ method }) => {
    if (method === 'GET' && (failures === 0 || lanes.time.now() < until)) {
      failures += 1;
      return answer(status);
    }
    return undefined;
  };
  lanes.socket.break(1001);
  await lanes.append('news', 'missed');
  await lanes.time.pass(2_000 + within);
  expect([data(), subscription.state]).toEqual([['missed'], 'live']);
  expect(new Set(errors.map(String))).toEqual(new Set([`${status === 503 ? 'unavailable' : 'internal'},news`]));
});

it('a client without a connection does not repeat a read of history that failed', async () => {
  await lanes.append('news', 1);
  lanes.http = ({ method }) => (method === 'GET' ? answer(500) : undefined);
  const client = lanes.client();
  client.on('error', () => undefined);
  const subscription = client.subscribe('news', () => undefined, { after: START });
  await lanes.time.pass(1_000);
  lanes.handshake = 'hang';
  lanes.socket.break();
  await lanes.time.pass(1_000);
  const { length } = lanes.requests;
  await lanes.time.pass(MINUTE);
  expect(lanes.requests).toHaveLength(length);
  lanes.handshake = 'open';
  lanes.http = () => undefined;
  client.wake();
  await lanes.time.pass(MINUTE);
  expect([subscription.state, subscription.position?.sequence]).toEqual(['live', 1]);
});

it('the client requests a page of history again after it was refused', async () => {
  const client = lanes.client();
  lanes.http = () => problem(403, 'forbidden');
  await expect(collected(client.history('news'))).rejects.toMatchObject({ code: 'forbidden' });
  lanes.http = () => undefined;
  expect(await collected(client.history('news'))).toEqual([]);
});

it('the client ignores a pong that is older than a push', async () => {
  const { data } = await lanes.subscriber();
  const { epoch } = await lanes.publish('news', 1);
  await lanes.publish('news', 2);
  lanes.frames = ({ ref }) => JSON.stringify({ type: 'pong', positions: { news: { epoch, sequence: 1 } }, ref });
  await lanes.time.pass(5 * MINUTE);
  await lanes.publish('news', 3);
  expect([data(), lanes.requests]).toEqual([[1, 2, 3], []]);
});

it('the client emits error if a read of history is refused', async () => {
  lanes.http = () => problem(403, 'forbidden');
  await lanes.append('news', 1);
  const client = lanes.client();
  const errors: unknown[] = [];
  client.on('error', (error) => errors.push(error));
  client.subscribe('news', () => undefined, { after: START });
  await lanes.time.pass(MINUTE);
  expect(errors).toEqual([expect.objectContaining({ code: 'forbidden', message: 'It is forbidden' })]);
});

it('the client emits no error if a read is refused after the subscription ended', async () => {
  let refuse: (answer: HttpResponse) => void = () => undefined;
  lanes.http = () =>
    new Promise((resolve) => {
      refuse = resolve;
    });
  await lanes.append('news', 1);
  const client = lanes.client();
  const listener = jest.fn();
  client.on('error', listener);
  const { unsubscribe } = client.subscribe('news', () => undefined, { after: START });
  await lanes.time.pass(0);
  unsubscribe();
  refuse(problem(403, 'forbidden'));
  await lanes.time.pass(MINUTE);
  expect([listener.mock.calls, lanes.requests.length]).toEqual([[], 1]);
});

it('the client reads history without a header for which a browser sends a preflight, if it has no token', async () => {
  await collected(lanes.client().history('news'));
  expect(lanes.requests.map(({ method, headers }) => [method, headers])).toEqual([['GET', {}]]);
});

it('the client reads at most four pages of history at a time, and shares a read of the same page', async () => {
  const client = lanes.client();
  const release: (() => void)[] = [];
  lanes.http = ({ path }) =>
    new Promise((resolve) => {
      const epoch = 'e';
      release.push(() => resolve(answer(200, { topic: path, epoch, sequence: 0, recovered: true, messages: [] })));
    });
  const all = Array.from({ length: 10 }, (_, index) => collected(client.history(`topic:${index >> 1}`)));
  await lanes.time.pass(0);
  expect(lanes.requests).toHaveLength(4);
  release.shift()?.();
  await lanes.time.pass(0);
  expect(lanes.requests).toHaveLength(5);
  for (const each of release) {
    each();
  }
  expect(await Promise.all(all)).toHaveLength(10);
});

describe('several handlers of a topic', () => {
  it('share one subscription of the socket, each with its own position', async () => {
    const { client, data } = await lanes.subscriber();
    await lanes.publish('news', 1);
    const [now, all]: unknown[][] = [[], []];
    client.subscribe('news', (message) => now?.push(message.data));
    client.subscribe('news', (message) => all?.push(message.data), { after: START });
    await lanes.time.pass(GAP);
    await lanes.publish('news', 2);
    expect([data(), now, all]).toEqual([[1, 2], [2], [1, 2]]);
    expect(lanes.sockets).toHaveLength(1);
  });

  it('still get a message if one of them throws, which is reported as uncaught', async () => {
    const uncaught = uncaughtErrors();
    const { client, data } = await lanes.subscriber();
    client.subscribe('news', () => {
      throw new Error('a bug of the page');
    });
    await lanes.time.pass(0);
    await lanes.publish('news', 1);
    await lanes.publish('news', 2);
    await lanes.time.pass(0);
    expect(data()).toEqual([1, 2]);
    expect(uncaught).toEqual([new Error('a bug of the page'), new Error('a bug of the page')]);
  });
});

it('listeners of an event are called also if another one throws, which is reported as uncaught', async () => {
  const uncaught = uncaughtErrors();
  const client = lanes.client();
  const states: string[] = [];
  client.on('connection', () => {
    throw new Error('a bug of the page');
  });
  client.on('connection', ({ status }) => states.push(status));
  client.subscribe('news', () => undefined);
  await lanes.time.pass(0);
  expect([[...new Set(states)], client.connection.status]).toEqual([['connecting', 'open'], 'open']);
  expect(uncaught).toEqual(states.map(() => new Error('a bug of the page')));
});

describe('unsubscribing', () => {
  it('removes the handler immediately, and the subscription of the socket with the last handler', async () => {
    const { client, subscription, data } = await lanes.subscriber();
    const second = client.subscribe('news', () => undefined);
    await lanes.time.pass(0);
    const { unsubscribe } = subscription;
    unsubscribe();
    await lanes.publish('news', 1);
    expect([data(), lanes.socket.topics.has('news')]).toEqual([[], true]);
    second.unsubscribe();
    await lanes.time.pass(0);
    expect(lanes.socket.topics.has('news')).toBe(false);
  });

  it('does not end a later subscription if the server handles it late', async () => {
    const { subscription, client } = await lanes.subscriber();
    const { socket } = lanes;
    let late: ClientFrame | undefined;
    lanes.frames = (frame) => {
      lanes.frames = () => undefined;
      late = frame;
      return '';
    };
    subscription.unsubscribe();
    await lanes.time.pass(0);
    socket.receive({ message: 'Internal server error', connectionId: 'a=', requestId: 'b=' });
    await lanes.time.pass(10_000);
    const received: unknown[] = [];
    client.subscribe('news', (message) => received.push(message.data));
    await lanes.time.pass(0);
    await lanes.answer(late as ClientFrame, socket);
    await lanes.publish('news', 1);
    expect([late?.action, received, lanes.sockets.length]).toEqual(['unsubscribe', [1], 1]);
  });

  it('is not repeated if the server refuses it', async () => {
    const { subscription, client } = await lanes.subscriber();
    client.on('error', () => undefined);
    lanes.frames = ({ ref }) => JSON.stringify({ type: 'error', code: 'invalid_frame', message: 'No', ref });
    subscription.unsubscribe();
    await lanes.time.pass(MINUTE);
    expect(lanes.socket.sent.filter(({ action }) => action === 'unsubscribe')).toHaveLength(1);
  });

  it('also happens by a signal', async () => {
    const client = lanes.client();
    const abort = new AbortController();
    const received = jest.fn();
    client.subscribe('news', received, { signal: abort.signal });
    await lanes.time.pass(0);
    abort.abort();
    client.subscribe('other', received, { signal: abort.signal });
    await lanes.time.pass(0);
    expect(lanes.socket.topics).toEqual(new Set());
    expect(lanes.socket.sent.map(({ action }) => action)).toEqual(['subscribe', 'unsubscribe']);
  });

  it('takes effect between two messages of the same frame', async () => {
    const client = lanes.client();
    const data: unknown[] = [];
    const subscription = client.subscribe('news', (message) => {
      data.push(message.data);
      subscription.unsubscribe();
    });
    await lanes.time.pass(0);
    const messages = [await lanes.append('news', 1), await lanes.append('news', 2)];
    lanes.socket.receive({ type: 'messages', messages });
    expect([data, subscription.position?.sequence]).toEqual([[1], 1]);
  });

  it('sends one frame of a topic at a time, so that subscribe, unsubscribe and subscribe ends subscribed', async () => {
    const client = lanes.client();
    client.subscribe('else', () => undefined);
    await lanes.time.pass(0);
    const held: (() => void)[] = [];
    lanes.frames = (frame, socket) => {
      held.push(() => {
        const subscribe = frame.action === 'subscribe';
        socket.topics[subscribe ? 'add' : 'delete']('news');
        socket.receive({ type: `${frame.action}d`, topic: 'news', epoch: '', sequence: 0, ref: frame.ref });
      });
      return '';
    };
    const received: unknown[] = [];
    client.subscribe('news', () => undefined).unsubscribe();
    client.subscribe('news', (message) => received.push(message.data));
    await lanes.time.pass(0);
    expect(held).toHaveLength(1);
    while (held.length > 0) {
      held.pop()?.();
      await lanes.time.pass(0);
    }
    await lanes.publish('news', 1);
    expect(received).toEqual([1]);
  });
});

it('a subscription has the position of its last handled message, from which another client can resume', async () => {
  const { subscription } = await lanes.subscriber();
  const { epoch } = await lanes.publish('news', 1);
  expect(subscription.position).toEqual({ epoch, sequence: 1 });
  await lanes.append('news', 2);
  const later: unknown[] = [];
  const recovered: unknown[] = [];
  const other = lanes.client();
  other.on('recovered', (event) => recovered.push(event));
  other.subscribe('news', (message) => later.push(message.data), { after: subscription.position });
  await lanes.time.pass(0);
  expect(later).toEqual([2]);
  expect(recovered).toEqual([{ topic: 'news', recovered: true, epoch, sequence: 2 }]);
});

it('the position of a subscription is that of the previous message while a handler runs, also after one that throws', async () => {
  const positions: unknown[] = [];
  const subscription = lanes.client().subscribe('news', ({ data }) => {
    positions.push(subscription.position?.sequence);
    if (data === 1) {
      throw new Error('a bug of the page');
    }
  });
  await lanes.time.pass(0);
  const uncaught = jest.spyOn(globalThis, 'queueMicrotask').mockReturnValue();
  try {
    await lanes.publish('news', 1);
    await lanes.publish('news', 2);
    expect([positions, subscription.position?.sequence]).toEqual([[0, 1], 2]);
  } finally {
    uncaught.mockRestore();
  }
});

it('a closed client refuses to subscribe and to publish', async () => {
  const { client, data } = await lanes.subscriber();
  const socket = lanes.socket;
  client.close();
  expect([client.connection.status, socket.state]).toEqual(['closed', 'closing']);
  expect(() => client.subscribe('news', () => undefined)).toThrow(
    'The client is closed. Fix: create a new TwinlaneClient.',
  );
  await expect(client.publish('news', 1)).rejects.toMatchObject({ code: 'closed', published: 'no' });
  await lanes.publish('news', 1);
  expect(data()).toEqual([]);
});

it.each([
  [
    'between two attempts',
    async (client: TwinlaneClient) => {
      lanes.http = () => problem(503, 'unavailable');
      client.publish('news', 1).catch(() => undefined);
      await lanes.time.pass(1);
    },
  ],
  [
    'before history is read',
    async () => {
      await lanes.append('news', 'lost');
      await lanes.publish('news', 2);
    },
  ],
  ['while a connection is replaced', () => lanes.time.pass(103 * MINUTE)],
  [
    'before the next connection',
    async () => {
      lanes.socket.break();
      await lanes.time.pass(0);
    },
  ],
  [
    'before a frame is sent again',
    async (client: TwinlaneClient) => {
      lanes.frames = ({ ref }) => JSON.stringify({ type: 'error', code: 'unavailable', retryAfter: 1, ref });
      client.subscribe('other', () => undefined);
    },
  ],
])('a client that is closed %s leaves no timer', async (_, happens) => {
  const { client } = await lanes.subscriber();
  await happens(client);
  expect(lanes.time.pending).not.toEqual([]);
  client.close();
  await lanes.time.pass(0);
  expect(lanes.time.pending).toEqual([]);
});

it('a closed client starts no timer for frames that still arrive', async () => {
  const { client } = await lanes.subscriber();
  lanes.frames = () => '';
  client.subscribe('other', () => undefined);
  await lanes.time.pass(0);
  const ref = lanes.socket.sent.at(-1)?.ref;
  client.close();
  lanes.socket.receive({ type: 'error', code: 'unavailable', message: 'Not now', retryAfter: 1, ref });
  expect(lanes.time.pending).toEqual([]);
});
