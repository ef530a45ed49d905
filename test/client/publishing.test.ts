import { answer, collected, Lanes, problem } from './lanes';

let lanes: Lanes;

beforeEach(() => {
  lanes = new Lanes();
});

afterEach(() => lanes.end());

const MINUTE = 60_000;

it('the client publishes over HTTP, without a socket, and returns the position of the message', async () => {
  const published = await lanes.client().publish('room:1', { text: 'hello' });
  expect(published).toEqual({
    topic: 'room:1',
    id: 'id-1',
    epoch: expect.stringMatching(/./),
    sequence: 1,
    publishedAt: '2026-01-01T00:00:00.000Z',
  });
  expect(lanes.requests).toEqual([
    {
      method: 'POST',
      path: '/v1/topics/room%3A1/messages',
      headers: { 'content-type': 'application/json' },
      body: '{"data":{"text":"hello"},"id":"id-1"}',
      signal: expect.anything(),
    },
  ]);
  expect(lanes.sockets).toEqual([]);
});

it('the client publishes with the id that the caller passes', async () => {
  expect(await lanes.client().publish('news', 1, { id: 'order-42' })).toMatchObject({ id: 'order-42' });
});

describe('the client repeats a publish with the same id', () => {
  it.each([
    ['if the network fails', () => Promise.reject(new TypeError('fetch failed'))],
    ['if the response is incomplete', () => new Response('{"topic":', { status: 201 })],
    ['if the rate is limited', () => problem(429, 'rate_limited')],
    ['if the service is unavailable', () => problem(503, 'unavailable')],
    ['if the load balancer has no healthy target (502)', () => new Response('<html>', { status: 502 })],
    ['if the load balancer times out (504)', () => new Response('', { status: 504 })],
  ])('%s', async (_, failure) => {
    const client = lanes.client();
    let failures = 2;
    lanes.http = () => (failures-- > 0 ? failure() : undefined);
    const published = client.publish('news', 1);
    await lanes.time.pass(MINUTE);
    expect(await published).toMatchObject({ sequence: 1 });
    expect(new Set(lanes.requests.map(({ body }) => body))).toEqual(new Set(['{"data":1,"id":"id-1"}']));
  });

  it('if there is no response within 10 seconds', async () => {
    lanes.http = () => {
      lanes.http = () => undefined;
      return new Promise(() => undefined);
    };
    const published = lanes.client().publish('news', 1);
    await lanes.time.pass(9_999);
    expect(lanes.requests).toHaveLength(1);
    await lanes.time.pass(1_000);
    expect(await published).toMatchObject({ sequence: 1 });
  });

  it('after a random delay that doubles, and not before Retry-After', async () => {
    lanes.http = () => problem(503, 'unavailable');
    void lanes
      .client({ publishWithin: MINUTE })
      .publish('news', 1)
      .catch(() => undefined);
    await lanes.time.pass(0);
    for (const wait of [250, 500, 1_000, 2_000, 4_000, 5_000]) {
      expect(lanes.time.pending).toEqual([wait]);
      await lanes.time.pass(wait);
    }
    lanes.http = () => problem(429, 'rate_limited', { 'retry-after': '12' });
    await lanes.time.pass(5_000);
    expect(lanes.time.pending).toEqual([17_000]);
  });

  it('for at most 30 seconds, and then rejects with the last error', async () => {
    lanes.http = () => problem(503, 'unavailable', { 'retry-after': '1' });
    const published = expect(lanes.client().publish('news', 1)).rejects.toMatchObject({
      name: 'TwinlaneError',
      code: 'unavailable',
      message: 'It is unavailable',
      retryAfter: 1,
    });
    const begin = lanes.time.now();
    let last = begin;
    lanes.http = () => {
      last = lanes.time.now();
      return problem(503, 'unavailable', { 'retry-after': '1' });
    };
    await lanes.time.pass(MINUTE);
    await published;
    expect(last - begin).toBeLessThanOrEqual(30_000);
    expect(last - begin).toBeGreaterThan(20_000);
  });
});

it.each([
  [409, 'conflict'],
  [413, 'too_large'],
  [403, 'forbidden'],
  [500, 'internal'],
])('the client does not repeat a publish after %i %s', async (status, code) => {
  lanes.http = () => problem(status, code);
  await expect(lanes.client().publish('news', 1)).rejects.toMatchObject({ code, message: `It is ${code}` });
  expect(lanes.requests).toHaveLength(1);
});

it('the client derives the error code from the status if there are no problem details', async () => {
  lanes.http = () => new Response('<html>', { status: 403 });
  await expect(lanes.client().publish('news', 1)).rejects.toMatchObject({ code: 'forbidden', message: 'HTTP 403' });
});

it('a signal ends a publish with its reason, during a request and between two attempts', async () => {
  const client = lanes.client();
  const [during, between] = [new AbortController(), new AbortController()];
  lanes.http = () => new Promise(() => undefined);
  const first = expect(client.publish('news', 1, { signal: during.signal })).rejects.toBe('left');
  await lanes.time.pass(0);
  during.abort('left');
  await first;
  lanes.http = () => problem(503, 'unavailable');
  const second = expect(client.publish('news', 1, { signal: between.signal })).rejects.toBe('left');
  await lanes.time.pass(1);
  between.abort('left');
  await second;
  expect(lanes.time.pending).toEqual([]);
});

it('close ends a publish that has a signal of its own', async () => {
  const client = lanes.client();
  lanes.http = () => new Promise(() => undefined);
  let outcome = 'pending';
  client.publish('news', 1, { signal: new AbortController().signal }).catch((error: Error) => {
    outcome = error.message;
  });
  await lanes.time.pass(0);
  client.close();
  await lanes.time.pass(0);
  expect(outcome).toContain('The client is closed');
  expect(lanes.time.pending).toEqual([]);
});

describe('a client with a token', () => {
  it('gets the token once and sends it with every request', async () => {
    const token = jest.fn(async () => 'secret');
    const client = lanes.client({ token });
    await Promise.all([client.publish('news', 1), collected(client.history('news'))]);
    expect(lanes.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer secret', 'Bearer secret']);
    expect(token).toHaveBeenCalledTimes(1);
  });

  it('gets a new token once if the token is refused, also for several requests', async () => {
    let tokens = 0;
    const client = lanes.client({ token: () => `token-${++tokens}` });
    lanes.http = ({ headers }) =>
      headers.authorization === 'Bearer token-1' ? problem(401, 'unauthorized') : undefined;
    await Promise.all([client.publish('news', 1), client.publish('news', 2)]);
    expect([tokens, lanes.requests.length]).toEqual([2, 4]);
    lanes.http = () => problem(401, 'unauthorized');
    await expect(client.publish('news', 3)).rejects.toMatchObject({ code: 'unauthorized' });
    expect([tokens, lanes.requests.length]).toEqual([3, 6]);
  });

  it('keeps a new token if the previous one is refused late', async () => {
    let tokens = 0;
    const client = lanes.client({ token: () => `token-${++tokens}` });
    let refuseLate: () => void = () => undefined;
    lanes.http = ({ headers, path }) =>
      headers.authorization !== 'Bearer token-1'
        ? undefined
        : path.includes('late')
          ? new Promise((resolve) => {
              refuseLate = () => resolve(problem(401, 'unauthorized'));
            })
          : problem(401, 'unauthorized');
    const late = client.publish('late', 1);
    await client.publish('news', 1);
    refuseLate();
    await late;
    expect(tokens).toBe(2);
  });

  it('tries again if it gets no token', async () => {
    const token = jest.fn<Promise<string>, []>().mockRejectedValueOnce(new TypeError('offline')).mockResolvedValue('t');
    const published = lanes.client({ token }).publish('news', 1);
    await lanes.time.pass(1_000);
    expect(await published).toMatchObject({ sequence: 1 });
  });
});

describe('warm', () => {
  it('sends a HEAD to the URL of the publish with its headers, so that the browser caches the preflight', async () => {
    const client = lanes.client({ token: () => 'secret' });
    await client.warm('news');
    await client.publish('news', 1);
    const [warm, publish] = lanes.requests;
    expect([warm?.method, warm?.path, warm?.headers]).toEqual(['HEAD', publish?.path, publish?.headers]);
  });

  it('never rejects', async () => {
    lanes.http = () => Promise.reject(new TypeError('fetch failed'));
    await lanes.client().warm('news');
    lanes.http = () => answer(500);
    await lanes.client().warm('news');
    expect(lanes.requests).toHaveLength(2);
  });

  it('is not needed for the connection: a client in a page preconnects when it is created', () => {
    const links: object[] = [];
    const page = globalThis as unknown as Record<string, unknown>;
    page.document = { head: { append: (link: object) => links.push(link) }, createElement: () => ({}) };
    try {
      lanes.client();
      expect(links).toEqual([{ rel: 'preconnect', crossOrigin: '', href: 'https://api.example.com' }]);
    } finally {
      delete page.document;
    }
  });
});
