import { type ClientOptions, TwinlaneError } from '../../client';
import { answer, collected, Lanes, problem } from './lanes';

let lanes: Lanes;

beforeEach(() => {
  lanes = new Lanes();
});

afterEach(() => lanes.end());

/** Publishes, and lets two minutes pass. @returns the error */
async function failed(options: Partial<ClientOptions>): Promise<TwinlaneError> {
  const outcome = lanes
    .client(options)
    .publish('news', 1)
    .catch((error: unknown) => error);
  await lanes.time.pass(120_000);
  return (await outcome) as TwinlaneError;
}

it.each<[string, unknown, string]>([
  ['undefined', undefined, 'token'],
  ['an empty text', '', 'token'],
  ['an object', { access_token: 'secret' }, 'token'],
  ['a text with spaces', 'Bearer secret', 'token'],
  ['a text with a line break', 'secret\n', 'token'],
  ['null, because nobody is signed in', null, 'signed_out'],
])('a publish rejects at once if token() returns %s', async (_, value, code) => {
  const token = jest.fn(() => value as string);
  const error = await failed({ token });
  expect(error).toMatchObject({ code, published: 'no', retryable: false });
  expect(error.message).not.toContain('secret');
  expect([token.mock.calls.length, lanes.requests.length]).toEqual([1, 0]);
});

it('a publish repeats a token() that rejects for 30 seconds, and then rejects with its reason', async () => {
  const cause = new Error('offline');
  const token = jest.fn().mockRejectedValue(cause);
  expect(await failed({ token })).toMatchObject({ code: 'token', cause, published: 'no', retryable: true });
  expect(token.mock.calls.length).toBeGreaterThan(3);
});

it('a token() that does not answer within answerWithin counts as failed, and its signal is aborted', async () => {
  const signals: AbortSignal[] = [];
  const token = ({ signal }: { signal: AbortSignal }) => {
    signals.push(signal);
    return new Promise<string>(() => undefined);
  };
  expect(await failed({ token, publishWithin: 0 })).toMatchObject({ code: 'token' });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

it('token() learns that a new token is needed, because the server refused its last one', async () => {
  const asked: boolean[] = [];
  const client = lanes.client({ token: ({ forceRefresh }) => `token-${asked.push(forceRefresh)}` });
  lanes.http = ({ headers }) => (headers.authorization === 'Bearer token-1' ? problem(401, 'unauthorized') : undefined);
  await client.publish('news', 1);
  expect(asked).toEqual([false, true]);
});

it('a token is kept when the network fails', async () => {
  const token = jest.fn(() => 'secret');
  lanes.http = () => Promise.reject(new TypeError('fetch failed'));
  await failed({ token });
  expect(token).toHaveBeenCalledTimes(1);
});

describe('the error of a failed publish says that the message', () => {
  it.each([
    ['is not published if it was refused', () => problem(403, 'forbidden'), 'no'],
    ['is not published if the rate was limited', () => problem(429, 'rate_limited', { 'retry-after': '60' }), 'no'],
    ['may be published if the service failed', () => problem(503, 'unavailable'), 'unknown'],
    ['may be published if the response was lost', () => Promise.reject(new TypeError('fetch failed')), 'unknown'],
    ['may be published if there was no response', () => new Promise<never>(() => undefined), 'unknown'],
  ])('%s', async (_, respond, published) => {
    lanes.http = respond;
    expect(await failed({})).toMatchObject({ published });
  });

  it('may be published if the first response was lost and the second is a refusal', async () => {
    let first = true;
    lanes.http = () => {
      const lost = first;
      first = false;
      return lost ? Promise.reject(new TypeError('fetch failed')) : problem(403, 'forbidden');
    };
    expect(await failed({})).toMatchObject({ code: 'forbidden', published: 'unknown' });
  });

  it('may be published, while another publish that waited for the same token is surely not', async () => {
    let down = false;
    const failing = () =>
      new Promise<never>((_, reject) => lanes.time.setTimeout(() => reject(new Error('down')), 200));
    const client = lanes.client({
      token: () => (down ? failing() : 'secret'),
      publishWithin: 100,
      retry: { base: 1, cap: 1 },
    });
    lanes.http = () => {
      const first = !down;
      down = true;
      return first ? problem(503, 'unavailable') : problem(401, 'unauthorized');
    };
    const errorOf = (topic: string) => client.publish(topic, 1).catch((error: unknown) => error);
    const outcomes = [errorOf('sent')];
    await lanes.time.pass(50);
    outcomes.push(errorOf('waits'));
    await lanes.time.pass(1_000);
    expect(await Promise.all(outcomes)).toMatchObject([
      { code: 'token', topic: 'sent', published: 'unknown' },
      { code: 'token', topic: 'waits', published: 'no' },
    ]);
  });
});

it('an error of another copy of the package is recognized, and other values are not', () => {
  class Copy extends Error {
    get [Symbol.for('twinlane.error')](): true {
      return true;
    }
  }
  const all = [new TwinlaneError('closed', ''), new Copy(), new Error('no'), undefined, null, 'text'];
  expect(all.map(TwinlaneError.is)).toEqual([true, true, false, false, false, false]);
});

describe('signOut', () => {
  it('ends subscriptions and requests, closes the connection, and the client continues with the next token', async () => {
    let user = 'alice';
    const client = lanes.client({ token: () => user });
    const subscription = client.subscribe('news', () => undefined);
    await lanes.time.pass(0);
    const { socket } = lanes;
    lanes.http = () => new Promise(() => undefined);
    const published = expect(client.publish('news', 1)).rejects.toMatchObject({
      code: 'signed_out',
      published: 'unknown',
    });
    await lanes.time.pass(0);
    client.signOut();
    client.signOut();
    await published;
    expect([client.connection.status, subscription.state, socket.state]).toEqual(['idle', 'ended', 'closing']);
    user = 'bob';
    lanes.http = () => undefined;
    const next = client.subscribe('news', () => undefined);
    await lanes.time.pass(0);
    expect(await next.ready).toEqual({ epoch: '', sequence: 0 });
    expect(lanes.requests.at(-1)?.headers.authorization).toBe('Bearer bob');
    expect([client.connection.status, lanes.open.length]).toEqual(['open', 1]);
  });

  it('opens no connection with a ticket or a token that was requested before', async () => {
    const client = lanes.client({ token: () => 'alice' });
    let respond = () => {};
    lanes.http = () => new Promise((resolve) => (respond = () => resolve(answer(201, { ticket: 't', expiresAt: '' }))));
    client.subscribe('news', () => undefined);
    await lanes.time.pass(0);
    client.signOut();
    respond();
    await lanes.time.pass(60_000);
    expect([lanes.sockets.length, client.connection.status, lanes.time.pending]).toEqual([0, 'idle', []]);
  });

  it('makes no call of token() and no request for reads of history that wait for others', async () => {
    let user = 'alice';
    const token = jest.fn(() => user);
    lanes.http = ({ method }) => (method === 'GET' ? new Promise(() => undefined) : undefined);
    const client = lanes.client({ token });
    for (let each = 1; each <= 9; each += 1) {
      client.subscribe(`topic-${each}`, () => undefined, { after: { epoch: 'x', sequence: 0 } });
    }
    await lanes.time.pass(5_000);
    const before = lanes.requests.length;
    client.signOut();
    await lanes.time.pass(5_000);
    expect([token.mock.calls.length, lanes.requests.length]).toEqual([1, before]);
    user = 'bob';
    lanes.http = () => undefined;
    await client.publish('news', 1);
    expect(lanes.requests.at(-1)?.headers.authorization).toBe('Bearer bob');
    expect(await collected(client.history('news'))).toHaveLength(1);
  });

  it('ends a request that waits for a token, which is not sent when the token arrives', async () => {
    const answers: ((token: string) => void)[] = [];
    const client = lanes.client({ token: () => new Promise((resolve) => answers.push(resolve)) });
    const published = client.publish('news', 1).catch((error: unknown) => error);
    answers[0]?.('alice');
    client.signOut();
    expect(await published).toMatchObject({ code: 'signed_out', published: 'no' });
    await lanes.time.pass(0);
    expect(lanes.requests).toEqual([]);
  });

  it('discards the token that token() returns if token() itself signs out', async () => {
    const users = ['alice', 'bob'];
    const client = lanes.client({
      token: () => {
        const [user = ''] = users.splice(0, 1);
        if (user === 'alice') {
          client.signOut();
        }
        return user;
      },
    });
    await expect(client.publish('news', 1)).rejects.toMatchObject({ code: 'signed_out' });
    await client.publish('news', 2);
    expect(lanes.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer bob']);
  });

  it('does nothing after close, and close can be called twice', async () => {
    const { client } = await lanes.subscriber();
    client.close();
    client.signOut();
    client.close();
    expect(client.connection.status).toBe('closed');
    expect(() => client.subscribe('news', () => undefined)).toThrow('The client is closed');
  });
});
