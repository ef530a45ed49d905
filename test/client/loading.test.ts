import type { ClientEvents, SubscribeOptions } from '../../client';
import { START } from '../../client/protocol';
import { Lanes, problem } from './lanes';

let lanes: Lanes;

beforeEach(() => {
  lanes = new Lanes();
});

afterEach(() => lanes.end());

/** A `load` whose calls a test settles. */
class Loads {
  readonly calls: {
    at: number;
    why: string;
    signal: AbortSignal;
    resolve: () => void;
    reject: (error: Error) => void;
  }[] = [];
  readonly load: SubscribeOptions['load'] = (at, why, signal) =>
    new Promise<void>((resolve, reject) => this.calls.push({ at: at.sequence, why, signal, resolve, reject }));
}

/** Subscribes with options and records the handled data and the states. */
async function subscribed(options: SubscribeOptions) {
  const client = lanes.client();
  const [data, states]: [unknown[], string[]] = [[], []];
  const errors: ClientEvents['error'][] = [];
  client.on('subscription', ({ state }) => states.push(state));
  client.on('error', (error) => errors.push(error));
  const subscription = client.subscribe('news', (message) => data.push(message.data), options);
  await lanes.time.pass(0);
  return { client, subscription, data, states, errors };
}

const events = (states: readonly string[]) => states.join(' ');

describe('a subscription with load', () => {
  it('loads at the head, and handles later messages when it has loaded', async () => {
    await lanes.append('news', 'before');
    const loads = new Loads();
    const { subscription, data, states } = await subscribed({ load: loads.load });
    await lanes.publish('news', 'during');
    expect([data, subscription.state, loads.calls]).toMatchObject([[], 'loading', [{ at: 1, why: 'start' }]]);
    loads.calls[0]?.resolve();
    expect((await subscription.ready).sequence).toBe(2);
    await lanes.publish('news', 'after');
    expect([data, events(states)]).toEqual([['during', 'after'], 'loading live']);
  });

  it('loads again after lost messages, and handles only what is published after them', async () => {
    const loads = new Loads();
    const { data, subscription } = await subscribed({ load: loads.load });
    loads.calls[0]?.resolve();
    await lanes.publish('news', 'old');
    lanes.restore();
    await lanes.publish('news', 'lost');
    await lanes.time.pass(1_000);
    await lanes.publish('news', 'held');
    expect([data, subscription.state, loads.calls.length]).toEqual([['old'], 'loading', 2]);
    expect(loads.calls[1]).toMatchObject({ at: 1, why: 'gap' });
    loads.calls[1]?.resolve();
    await lanes.time.pass(0);
    expect([data, subscription.state]).toEqual([['old', 'held'], 'live']);
  });

  it('loads again after growing delays while load rejects, and shows the error until it resolves', async () => {
    const loads = new Loads();
    const { subscription, errors, data } = await subscribed({ load: loads.load });
    const cause = new Error('down');
    await lanes.publish('news', 1);
    for (const wait of [250, 500, 1_000]) {
      loads.calls.at(-1)?.reject(cause);
      await lanes.time.pass(0);
      expect(subscription).toMatchObject({ state: 'loading', error: { cause, topic: 'news' } });
      const { length } = loads.calls;
      await lanes.time.pass(wait - 1);
      expect(loads.calls).toHaveLength(length);
      await lanes.time.pass(1);
      expect(loads.calls).toHaveLength(length + 1);
    }
    loads.calls.at(-1)?.resolve();
    await lanes.time.pass(0);
    expect([errors.length, subscription.state, subscription.error, data]).toEqual([3, 'live', undefined, [1]]);
  });

  it.each<[string, (ends: { unsubscribe(): void; close(): void; signOut(): void }) => void]>([
    ['unsubscribe', ({ unsubscribe }) => unsubscribe()],
    ['close', (ends) => ends.close()],
    ['signOut', (ends) => ends.signOut()],
  ])('aborts the signal of load at %s, and does not load again', async (_, end) => {
    const loads = new Loads();
    const { client, subscription, errors } = await subscribed({ load: loads.load });
    end({
      unsubscribe: subscription.unsubscribe,
      close: () => client.close(),
      signOut: () => client.signOut(),
    });
    expect([loads.calls[0]?.signal.aborted, subscription.state]).toEqual([true, 'ended']);
    loads.calls[0]?.reject(new Error('aborted'));
    await lanes.time.pass(60_000);
    expect([loads.calls.length, errors]).toEqual([1, []]);
  });

  it('handles every message in order after a load during which 3,000 were published', async () => {
    const loads = new Loads();
    const { data } = await subscribed({ load: loads.load });
    const count = 3_000;
    for (let published = 1; published <= count; published += 1) {
      await lanes.publish('news', published);
    }
    expect(lanes.paths('GET')).toEqual([]);
    loads.calls[0]?.resolve();
    await lanes.time.pass(60_000);
    expect(data).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  });

  it('resumes when it has loaded, if the connection broke meanwhile', async () => {
    const loads = new Loads();
    const { subscription, data } = await subscribed({ load: loads.load });
    lanes.socket.break();
    await lanes.time.pass(0);
    await lanes.append('news', 'missed');
    await lanes.time.pass(60_000);
    expect([data, subscription.state]).toEqual([[], 'loading']);
    loads.calls[0]?.resolve();
    await lanes.time.pass(0);
    expect([data, subscription.state]).toEqual([['missed'], 'live']);
  });
});

describe('a subscription with last', () => {
  it.each([
    [2, [2, 3]],
    [3, [1, 2, 3]],
    [5, [1, 2, 3]],
    [0, []],
  ])('of %d handles that many messages before the head first: %j of 3', async (last, expected) => {
    for (const data of [1, 2, 3]) {
      await lanes.append('news', data);
    }
    const { data, subscription, states } = await subscribed({ last });
    await lanes.publish('news', 4);
    expect([data, subscription.state, events(states).endsWith('live')]).toEqual([[...expected, 4], 'live', true]);
  });

  it('handles those that are still kept, and reports no loss', async () => {
    for (const data of ['expired', 'expired', 3, 4]) {
      await lanes.append('news', data);
      await lanes.time.pass(data === 'expired' ? 20 * 3_600_000 : 0);
    }
    const client = lanes.client();
    const [data, recovered]: unknown[][] = [[], []];
    client.on('recovered', (event) => recovered?.push(event.recovered));
    client.subscribe('news', (message) => data?.push(message.data), { last: 4 });
    await lanes.time.pass(0);
    expect([data, recovered]).toEqual([['expired', 3, 4], [true]]);
  });

  it('is refused together with after', () => {
    const client = lanes.client();
    expect(() => client.subscribe('news', () => undefined, { last: 1, after: START })).toThrow(TypeError);
  });
});

describe('the state of a subscription', () => {
  it('is resuming from the loss of the connection until the missed messages are handled', async () => {
    const { states } = await subscribed({});
    lanes.socket.break();
    await lanes.time.pass(60_000);
    expect(events(states)).toBe('live resuming live');
  });

  it('is refused if the server refuses the topic, with its error, and a new subscription can succeed', async () => {
    const client = lanes.client();
    client.on('error', () => undefined);
    lanes.frames = ({ ref }) => JSON.stringify({ type: 'error', code: 'forbidden', message: 'No', ref });
    const refused = client.subscribe('news', () => undefined);
    await lanes.time.pass(0);
    expect(refused).toMatchObject({ state: 'refused', error: { code: 'forbidden', topic: 'news' } });
    await expect(refused.ready).rejects.toBe(refused.error);
    lanes.frames = () => undefined;
    const next = client.subscribe('news', () => undefined);
    await lanes.time.pass(0);
    expect([next.state, refused.state]).toEqual(['live', 'refused']);
  });

  it('is refused if its history is forbidden', async () => {
    lanes.http = () => problem(403, 'forbidden');
    await lanes.append('news', 1);
    const { subscription, errors } = await subscribed({ after: START });
    await expect(subscription.ready).rejects.toMatchObject({ code: 'forbidden' });
    expect([subscription.state, errors.length]).toEqual(['refused', 1]);
    expect(lanes.socket.topics.size).toBe(0);
  });

  it('is ended after unsubscribe, and ready rejects without an unhandled rejection', async () => {
    const unhandled = jest.fn();
    process.on('unhandledRejection', unhandled);
    const subscription = lanes.client().subscribe('news', () => undefined);
    subscription.unsubscribe();
    await lanes.time.pass(0);
    process.off('unhandledRejection', unhandled);
    expect([subscription.state, unhandled.mock.calls]).toEqual(['ended', []]);
    await expect(subscription.ready).rejects.toMatchObject({ code: 'ended' });
  });
});

it('a subscription after a position is ready when the missed messages are handled', async () => {
  await lanes.append('news', 1);
  await lanes.append('news', 2);
  const { data, subscription } = await subscribed({ after: START });
  expect([(await subscription.ready).sequence, data]).toEqual([2, [1, 2]]);
});
