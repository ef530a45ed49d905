import type { ClientOptions, TwinlaneClient } from '../../client';
import { Lanes, problem } from './lanes';

let lanes: Lanes;

beforeEach(() => {
  lanes = new Lanes();
});

afterEach(() => lanes.end());

const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

/** Publishes every ten seconds. @returns the milliseconds from publish to handler for each message that took more than a second */
async function lateMessages(duration: number, options: Partial<ClientOptions>): Promise<number[]> {
  const delays: number[] = [];
  lanes.client(options).subscribe('news', ({ publishedAt }) => delays.push(lanes.time.now() - Date.parse(publishedAt)));
  await lanes.time.pass(0);
  const count = duration / (10 * SECOND);
  for (let data = 0; data < count; data += 1) {
    await lanes.publish('news', data);
    await lanes.time.pass(10 * SECOND);
  }
  await lanes.time.pass(5 * MINUTE);
  expect(delays).toHaveLength(count);
  return delays.filter((delay) => delay > SECOND);
}

describe('with tokens of 15 minutes, a client', () => {
  it('handles every message of three hours within a second', async () => {
    const late = await lateMessages(3 * HOUR, { token: () => lanes.token(900) });
    expect(late).toEqual([]);
    expect(lanes.sockets.length).toBeLessThan(16);
  });

  it.each([-24 * HOUR, 24 * HOUR])('handles every message in time if its clock is wrong by %d ms', async (error) => {
    const clock = { ...lanes.time, random: lanes.time.random, now: () => lanes.time.now() + error };
    expect(await lateMessages(HOUR, { token: () => lanes.token(900), clock })).toEqual([]);
    expect(lanes.sockets.length).toBeLessThan(6);
  });

  it.each([
    [0, 14],
    [0.999999, 13],
  ])('replaces a connection one to two minutes before: with a random value of %d after %d', async (chance, minutes) => {
    const token = jest.fn(() => lanes.token(900));
    lanes.time.random = () => chance;
    await lanes.subscriber('news', { token, pingEvery: HOUR });
    await lanes.time.pass(minutes * MINUTE - SECOND);
    expect([lanes.sockets.length, token.mock.calls.length]).toEqual([1, 1]);
    await lanes.time.pass(SECOND + 1);
    expect([lanes.sockets.length, token.mock.calls.length]).toEqual([2, 2]);
  });

  it('uses a new token for the next connection, also if its timers run a millisecond early', async () => {
    const token = jest.fn(() => lanes.token(900));
    const setTimeout = (run: () => void, delay: number) => lanes.time.setTimeout(run, Math.max(0, delay - 1));
    const clock = { ...lanes.time, random: lanes.time.random, setTimeout };
    await lanes.subscriber('news', { token, clock, pingEvery: HOUR });
    await lanes.time.pass(15 * MINUTE);
    expect([lanes.sockets.length, token.mock.calls.length]).toEqual([2, 2]);
  });

  it('asks for a new token, not for the one that is about to expire', async () => {
    const asked: boolean[] = [];
    const token = ({ forceRefresh }: { forceRefresh: boolean }) => {
      asked.push(forceRefresh);
      return lanes.token(900);
    };
    await lanes.subscriber('news', { token });
    await lanes.time.pass(14 * MINUTE);
    expect(asked).toEqual([false, true]);
  });

  it('keeps its connection and tries again if it gets no ticket for the next one', async () => {
    const { client, data } = await lanes.subscriber('news', { token: () => lanes.token(900) });
    lanes.http = () => problem(503, 'unavailable');
    await lanes.time.pass(14 * MINUTE);
    await lanes.publish('news', 1);
    lanes.http = () => undefined;
    await lanes.time.pass(30 * SECOND);
    await lanes.publish('news', 2);
    expect([client.connection.status, data(), lanes.sockets.length]).toEqual(['open', [1, 2], 2]);
  });

  it('uses a new token for a connection that it opens in the last minute of the previous one', async () => {
    const token = jest.fn(() => lanes.token(900));
    await lanes.subscriber('news', { token });
    lanes.handshake = 'refuse';
    lanes.socket.break();
    await lanes.time.pass(14 * MINUTE);
    lanes.handshake = 'open';
    const before = token.mock.calls.length;
    await lanes.time.pass(MINUTE);
    expect(token.mock.calls.length).toBe(before + 1);
  });
});

it('a client whose token is valid for a day requests one token, and replaces connections by their age', async () => {
  const token = jest.fn(() => lanes.token(86_400));
  expect(await lateMessages(3 * HOUR, { token })).toEqual([]);
  expect([token.mock.calls.length, lanes.sockets.length]).toEqual([1, 2]);
});

it('a client that gets the same token again waits until it has ended, and then requests another', async () => {
  const first = lanes.token(900);
  let end = false;
  const token = jest.fn(() => (end ? lanes.token(900) : first));
  const { client } = await lanes.subscriber('news', { token, pingEvery: HOUR });
  await lanes.time.pass(15 * MINUTE - 1);
  expect([lanes.sockets.length, lanes.paths('POST').length, token.mock.calls.length]).toEqual([1, 2, 2]);
  end = true;
  await lanes.time.pass(SECOND);
  await lanes.publish('news', 1);
  expect([client.connection.status, lanes.sockets.length, lanes.paths('POST').length]).toEqual(['open', 2, 3]);
});

describe('a client whose token is refused', () => {
  const errors: unknown[] = [];

  async function refused(code: string) {
    errors.length = 0;
    const { client, data } = await lanes.subscriber('news', { token: () => lanes.token(900) });
    client.on('error', (error) => errors.push(error.code));
    lanes.http = () => problem(code === 'forbidden' ? 403 : 401, code);
    lanes.socket.break();
    return { client, data };
  }

  it.each(['unauthorized', 'forbidden'])('reports each of ten errors %s, and then stops', async (code) => {
    const { client } = await refused(code);
    await lanes.time.pass(2 * MINUTE);
    expect(client.connection).toMatchObject({ status: 'connecting', reason: 'token', error: { code } });
    await lanes.time.pass(HOUR);
    expect(errors).toEqual(Array(10).fill(code));
    expect(client.connection).toMatchObject({ status: 'closed', reason: 'token', error: { code }, retryAt: undefined });
  });

  it.each([
    ['wake', (client: TwinlaneClient) => client.wake()],
    ['subscribe', (client: TwinlaneClient) => client.subscribe('other', () => undefined)],
  ])('tries again after it stopped when the program calls %s', async (_, call) => {
    const { client, data } = await refused('unauthorized');
    await lanes.time.pass(HOUR);
    await lanes.append('news', 'missed');
    lanes.http = () => undefined;
    call(client);
    await lanes.time.pass(SECOND);
    expect([client.connection.status, data()]).toEqual(['open', ['missed']]);
  });

  it('connects again without end if token() is rejected, because its server can return', async () => {
    let token = (): Promise<string> => Promise.reject(new Error('HTTP 503'));
    const { client } = await lanes.subscriber('news', { token: () => token() });
    client.on('error', () => undefined);
    await lanes.time.pass(HOUR);
    expect(client.connection).toMatchObject({ status: 'connecting', reason: 'token', error: { code: 'token' } });
    token = async () => lanes.token(900);
    await lanes.time.pass(MINUTE);
    expect(client.connection.status).toBe('open');
  });

  it('connects again after a publish that got a token', async () => {
    let token: string | null = null;
    const { client } = await lanes.subscriber('news', { token: () => token });
    client.on('error', () => undefined);
    await lanes.time.pass(MINUTE);
    expect(client.connection.status).toBe('closed');
    token = lanes.token(900);
    await client.publish('other', 1);
    await lanes.time.pass(0);
    expect(client.connection.status).toBe('open');
  });

  it('keeps a connection that is still authorized', async () => {
    const { client } = await lanes.subscriber('news', { token: () => lanes.token(HOUR / SECOND), rotateAfter: [1, 1] });
    client.on('error', ({ code }) => errors.push(code));
    errors.length = 0;
    lanes.http = () => problem(403, 'forbidden');
    await lanes.time.pass(20 * MINUTE);
    expect([errors.length, client.connection.status]).toEqual([10, 'open']);
    lanes.socket.break();
    await lanes.time.pass(0);
    expect(client.connection).toMatchObject({ status: 'closed', reason: 'token' });
  });
});

it('a client that gets no ticket because the service is unavailable tries again without end, and says why', async () => {
  const errors = jest.fn();
  lanes.http = () => problem(503, 'unavailable');
  const client = lanes.client({ token: () => lanes.token(900) });
  client.on('error', errors);
  client.subscribe('news', () => undefined);
  await lanes.time.pass(HOUR);
  expect(client.connection).toMatchObject({ status: 'connecting', error: { code: 'unavailable' } });
  lanes.http = () => undefined;
  await lanes.time.pass(MINUTE);
  expect([client.connection.status, client.connection.error, errors.mock.calls]).toEqual(['open', undefined, []]);
});

it.each([1, 10, 30, 60, 110])(
  'a client with tokens of %d seconds opens at most four connections a minute',
  async (seconds) => {
    const { client } = await lanes.subscriber('news', { token: () => lanes.token(seconds) });
    await lanes.time.pass(10 * MINUTE);
    expect(lanes.sockets.length).toBeLessThanOrEqual(41);
    expect(lanes.paths('POST').length).toBeLessThanOrEqual(41);
    expect(client.connection.status).toBe('open');
  },
);

it.each([10, 30, 60, 110])(
  'a client that gets each token of %d seconds until it has ended requests at most eight tickets a minute',
  async (seconds) => {
    let current = { token: lanes.token(seconds), until: lanes.time.now() + seconds * SECOND };
    const token = () => {
      if (lanes.time.now() >= current.until) {
        current = { token: lanes.token(seconds), until: lanes.time.now() + seconds * SECOND };
      }
      return current.token;
    };
    const { data } = await lanes.subscriber('news', { token });
    await lanes.time.pass(10 * MINUTE);
    expect(lanes.paths('POST').length).toBeLessThanOrEqual(80);
    await lanes.publish('news', 1);
    await lanes.time.pass(MINUTE);
    expect(data()).toEqual([1]);
  },
);
