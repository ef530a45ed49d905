import type { HttpResponse, TwinlaneClient } from '../../client';
import { START } from '../../lambda/realtime/protocol';
import { answer, Lanes, problem } from './lanes';

let lanes: Lanes;

beforeEach(() => {
  lanes = new Lanes();
});

afterEach(() => lanes.end());

const GAP = 1_000;
const MINUTE = 60_000;

it.each([{ api: 'api.example.com' }, { websocket: '/socket' }])('refuses %j, which is no URL', (options) => {
  expect(() => lanes.client(options)).toThrow('Invalid URL');
});

it('opens no socket before there is something to listen to', async () => {
  const client = lanes.client();
  await lanes.time.pass(MINUTE);
  expect([lanes.sockets.length, client.state]).toEqual([0, 'idle']);
});

it('offers the protocol, subscribes, and handles what is published from then on', async () => {
  await lanes.append('news', 'before');
  const { data } = await lanes.listening();
  await lanes.publish('news', 'after');
  expect([lanes.socket.url, lanes.socket.protocols]).toEqual(['wss://ws.example.com/', ['twinlane.v1']]);
  expect(data()).toEqual(['after']);
  expect(lanes.requests).toEqual([]);
});

it('gives the handler the whole message', async () => {
  const { heard } = await lanes.listening();
  const message = await lanes.publish('news', { text: 'hello' });
  expect(heard).toEqual([message]);
});

it('handles every message of a frame of several, of whichever topic', async () => {
  const { client, data } = await lanes.listening();
  const other: unknown[] = [];
  client.subscribe('other', (message) => other.push(message.data));
  await lanes.time.pass(0);
  const messages = [await lanes.append('news', 1), await lanes.append('other', 2), await lanes.append('news', 3)];
  lanes.socket.receive({ type: 'messages', messages });
  expect([data(), other]).toEqual([[1, 3], [2]]);
});

it('ignores a frame of a type it does not know, and a message of a topic nobody listens to', async () => {
  const { data } = await lanes.listening();
  lanes.socket.receive({ type: 'weather', topic: 'news', sequence: 1 });
  lanes.socket.receive({ message: 'Internal server error', connectionId: 'a=', requestId: 'b=' });
  lanes.socket.receive({ type: 'message', ...(await lanes.append('else', 1)) });
  await lanes.publish('news', 1);
  expect(data()).toEqual([1]);
});

it('is ready when everything later is pushed, and not before', async () => {
  let confirm: () => void = () => undefined;
  lanes.frames = ({ ref }, socket) => {
    confirm = () => socket.receive({ type: 'subscribed', topic: 'news', ...START, ref });
    return '';
  };
  const ready = jest.fn();
  void lanes
    .client()
    .subscribe('news', () => undefined)
    .ready.then(ready);
  await lanes.time.pass(0);
  expect(ready).not.toHaveBeenCalled();
  confirm();
  await lanes.time.pass(0);
  expect(ready).toHaveBeenCalledTimes(1);
});

it('drops what comes twice', async () => {
  lanes.push = (message, socket) => {
    socket.receive({ type: 'message', ...message });
    socket.receive({ type: 'message', ...message });
  };
  const { data } = await lanes.listening();
  await lanes.publish('news', 1);
  await lanes.publish('news', 2);
  expect(data()).toEqual([1, 2]);
});

it('puts what comes out of order in order, and asks nobody', async () => {
  const { data } = await lanes.listening();
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

it('fills a gap from history, after a moment in which it may fill by itself', async () => {
  const { data } = await lanes.listening();
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
])('spreads those who see the same gap: with a chance of %d it asks after %d ms', async (chance, delay) => {
  await lanes.listening();
  lanes.time.random = () => chance;
  await lanes.append('news', 'lost');
  await lanes.publish('news', 2);
  await lanes.time.pass(delay - 1);
  expect(lanes.requests).toEqual([]);
  await lanes.time.pass(1);
  expect(lanes.requests).toHaveLength(1);
});

it('reads page after page until nothing is missing', async () => {
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

it('finds a last message that was lost by a ping, within five minutes', async () => {
  const { data } = await lanes.listening();
  await lanes.publish('news', 1);
  await lanes.append('news', 'lost');
  await lanes.time.pass(5 * MINUTE);
  expect(data()).toEqual([1, 'lost']);
  expect(lanes.socket.sent).toContainEqual({ action: 'ping', topics: ['news'], ref: expect.any(String) });
});

it('subscribes before it reads history, and merges what was pushed meanwhile', async () => {
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
    return held.then(async () => answer(200, { topic: 'news', ...page }));
  };
  const after = { epoch: '', sequence: 0 };
  client.subscribe('news', (message) => data.push(message.data), { after });
  await lanes.time.pass(0);
  const { topic: _, ...page } = await lanes.client().history('news');
  await lanes.publish('news', 3);
  expect(data).toEqual([]);
  release();
  await lanes.time.pass(0);
  expect(data).toEqual([1, 2, 3]);
});

it('handles what is pushed before the subscription is answered, from where the topic stood', async () => {
  await lanes.append('news', 'before');
  let held: string | undefined;
  lanes.frames = (frame, socket) => {
    socket.topics.add('news');
    held = JSON.stringify({ type: 'subscribed', topic: 'news', ...position, ref: frame.ref });
    return '';
  };
  const position = { epoch: (await lanes.client().history('news')).epoch, sequence: 2 };
  const { data } = await lanes.listening();
  await lanes.publish('news', 'counted');
  await lanes.publish('news', 'after');
  expect(data()).toEqual([]);
  lanes.socket.receiveText(held ?? '');
  expect(data()).toEqual(['after']);
});

describe('when something was missed', () => {
  it('says so once, and goes on from where the topic stands', async () => {
    const recovered: unknown[] = [];
    const { client, data } = await lanes.listening();
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

  it('takes another epoch for that, once history says that it is the present one', async () => {
    const recovered: unknown[] = [];
    const { client, data } = await lanes.listening();
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

  it('does not go back to an epoch of the past for a late push', async () => {
    const recovered: unknown[] = [];
    const { client, data } = await lanes.listening();
    const late = await lanes.append('news', 'late');
    lanes.restore();
    await lanes.publish('news', 'new');
    client.on('recovered', (event) => recovered.push(event));
    lanes.socket.receive({ type: 'message', ...late });
    await lanes.time.pass(GAP);
    await lanes.publish('news', 'newer');
    expect([data(), recovered]).toEqual([['new', 'newer'], []]);
  });

  it('misses nothing when the first message of a topic begins an epoch', async () => {
    const recovered = jest.fn();
    const { client, data } = await lanes.listening();
    client.on('recovered', recovered);
    await lanes.append('news', 'lost');
    await lanes.publish('news', 2);
    await lanes.time.pass(GAP);
    expect(data()).toEqual(['lost', 2]);
    expect(recovered).not.toHaveBeenCalled();
  });
});

it('asks again for history that could not be read', async () => {
  let failures = 3;
  lanes.http = () => (failures-- > 0 ? problem(503, 'unavailable') : undefined);
  await lanes.append('news', 1);
  const client = lanes.client();
  const data: unknown[] = [];
  client.subscribe('news', (message) => data.push(message.data), { after: START });
  await lanes.time.pass(MINUTE);
  expect([data, failures]).toEqual([[1], -1]);
});

it('tells of history that is refused', async () => {
  lanes.http = () => problem(403, 'forbidden');
  await lanes.append('news', 1);
  const client = lanes.client();
  const errors: unknown[] = [];
  client.on('error', (error) => errors.push(error));
  client.subscribe('news', () => undefined, { after: START });
  await lanes.time.pass(MINUTE);
  expect(errors).toEqual([expect.objectContaining({ code: 'forbidden', message: 'It is forbidden' })]);
});

it('tells nothing of what is refused once nobody listens', async () => {
  let refuse: (answer: HttpResponse) => void = () => undefined;
  lanes.http = () =>
    new Promise((resolve) => {
      refuse = resolve;
    });
  await lanes.append('news', 1);
  const client = lanes.client();
  const told = jest.fn();
  client.on('error', told);
  const { unsubscribe } = client.subscribe('news', () => undefined, { after: START });
  await lanes.time.pass(0);
  unsubscribe();
  refuse(problem(403, 'forbidden'));
  await lanes.time.pass(MINUTE);
  expect([told.mock.calls, lanes.requests.length]).toEqual([[], 1]);
});

it('reads four pages of history at a time, and the same one once', async () => {
  const client = lanes.client();
  const release: (() => void)[] = [];
  lanes.http = ({ path }) =>
    new Promise((resolve) => {
      const epoch = 'e';
      release.push(() => resolve(answer(200, { topic: path, epoch, sequence: 0, recovered: true, messages: [] })));
    });
  const all = Array.from({ length: 10 }, (_, index) => client.history(`topic:${index >> 1}`));
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
  it('are served by one subscription of the socket, each from where it began', async () => {
    const { client, data } = await lanes.listening();
    await lanes.publish('news', 1);
    const [now, all]: unknown[][] = [[], []];
    client.subscribe('news', (message) => now?.push(message.data));
    client.subscribe('news', (message) => all?.push(message.data), { after: START });
    await lanes.time.pass(GAP);
    await lanes.publish('news', 2);
    expect([data(), now, all]).toEqual([[1, 2], [2], [1, 2]]);
    expect(lanes.sockets).toHaveLength(1);
  });

  it('go on when another throws, which is reported as uncaught', async () => {
    const uncaught: unknown[] = [];
    const report = jest.spyOn(globalThis, 'queueMicrotask').mockImplementation((run) => {
      void Promise.resolve()
        .then(run)
        .catch((error) => uncaught.push(error));
    });
    try {
      const { client, data } = await lanes.listening();
      client.subscribe('news', () => {
        throw new Error('a bug of the page');
      });
      await lanes.time.pass(0);
      await lanes.publish('news', 1);
      await lanes.publish('news', 2);
      await lanes.time.pass(0);
      expect(data()).toEqual([1, 2]);
      expect(uncaught).toEqual([new Error('a bug of the page'), new Error('a bug of the page')]);
    } finally {
      report.mockRestore();
    }
  });
});

describe('unsubscribing', () => {
  it('ends the handler at once, and the subscription of the socket with its last handler', async () => {
    const { client, subscription, data } = await lanes.listening();
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

  it('is done by a signal', async () => {
    const client = lanes.client();
    const abort = new AbortController();
    const heard = jest.fn();
    client.subscribe('news', heard, { signal: abort.signal });
    await lanes.time.pass(0);
    abort.abort();
    client.subscribe('other', heard, { signal: abort.signal });
    await lanes.time.pass(0);
    expect(lanes.socket.topics).toEqual(new Set());
    expect(lanes.socket.sent.map(({ action }) => action)).toEqual(['subscribe', 'unsubscribe']);
  });

  it('is over in the middle of what has arrived', async () => {
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

  it('has one frame of a topic on its way, for answers come in any order: mounted, unmounted and mounted again is subscribed', async () => {
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
    const heard: unknown[] = [];
    client.subscribe('news', () => undefined).unsubscribe();
    client.subscribe('news', (message) => heard.push(message.data));
    await lanes.time.pass(0);
    expect(held).toHaveLength(1);
    while (held.length > 0) {
      held.pop()?.();
      await lanes.time.pass(0);
    }
    await lanes.publish('news', 1);
    expect(heard).toEqual([1]);
  });
});

it('knows the position of the last message handled, from which another page goes on', async () => {
  const { subscription } = await lanes.listening();
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

it('refuses to begin anything once it is closed', async () => {
  const { client, data } = await lanes.listening();
  const socket = lanes.socket;
  client.close();
  expect([client.state, socket.state]).toEqual(['closed', 'closing']);
  expect(() => client.subscribe('news', () => undefined)).toThrow('The client is closed: make another');
  await expect(client.publish('news', 1)).rejects.toThrow('aborted');
  await lanes.publish('news', 1);
  expect(data()).toEqual([]);
});

it.each([
  [
    'between two requests',
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
  ['while a connection takes another’s place', () => lanes.time.pass(103 * MINUTE)],
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
])('leaves nothing waiting when it is closed %s', async (_, happens) => {
  const { client } = await lanes.listening();
  await happens(client);
  expect(lanes.time.pending).not.toEqual([]);
  client.close();
  await lanes.time.pass(0);
  expect(lanes.time.pending).toEqual([]);
});

it('waits for nothing that arrives after it was closed', async () => {
  const { client } = await lanes.listening();
  lanes.frames = () => '';
  client.subscribe('other', () => undefined);
  const ref = lanes.socket.sent.at(-1)?.ref;
  client.close();
  lanes.socket.receive({ type: 'error', code: 'unavailable', message: 'Not now', retryAfter: 1, ref });
  expect(lanes.time.pending).toEqual([]);
});
