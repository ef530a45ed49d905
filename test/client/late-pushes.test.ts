import type { Clock } from '../../client';
import { type Stream, streamTo } from './late-pushes';
import { Lanes } from './lanes';

const MINUTE = 60_000;

/** Pushes that arrive 0.5 to 3 s after the publish, each with its own delay. */
const LATE = { late: [500, 3_000], seconds: 100 } as const;
/** Longest delay, plus the longest wait for a late push. */
const [LONGEST, MAX_WAIT] = [3_000, 10_000];

const longest = (delays: readonly number[]) => delays.reduce((most, delay) => Math.max(most, delay), 0);

describe('while pushes come 0.5 to 3 s late, a client', () => {
  it.each([1, 5, 20])(
    'handles %d messages a second without reading history more than twice in 100 seconds',
    async (perSecond) => {
      const { reads, delays } = await streamTo({ ...LATE, perSecond });
      expect(reads).toBeLessThanOrEqual(2);
      expect(delays).toHaveLength(perSecond * LATE.seconds);
      expect(longest(delays)).toBeLessThanOrEqual(LONGEST);
    },
  );

  it.each([1, 5, 20])('at %d messages a second, handles a lost message within 13 s', async (perSecond) => {
    const { reads, delays } = await streamTo({ ...LATE, perSecond, lost: [51] });
    expect(delays).toHaveLength(perSecond * LATE.seconds);
    expect(longest(delays)).toBeGreaterThan(LONGEST);
    expect(longest(delays)).toBeLessThanOrEqual(LONGEST + MAX_WAIT);
    expect(reads).toBeLessThanOrEqual(3);
  });

  it.each<[string, Partial<Stream>]>([
    ['if its clock is an hour behind', { clockAhead: -3_600_000 }],
    ['if its clock is an hour ahead', { clockAhead: 3_600_000 }],
    ['if a topic has three handlers', { handlers: 3 }],
  ])('does not read more %s', async (_, options) => {
    const { reads } = await streamTo({ ...LATE, perSecond: 5, ...options });
    expect(reads).toBeLessThanOrEqual(2);
  });
});

it('a client reads history once for all handlers of a topic', async () => {
  const lanes = new Lanes();
  const chances = [0.1, 0.5, 0.9];
  const { client, data } = await lanes.subscriber();
  const others: unknown[][] = [[], []];
  for (const other of others) {
    client.subscribe('news', (message) => other.push(message.data));
  }
  await lanes.time.pass(0);
  lanes.time.random = () => chances.shift() ?? 0.5;
  await lanes.append('news', 'lost');
  await lanes.publish('news', 2);
  await lanes.time.pass(MINUTE);
  expect([data(), ...others]).toEqual(Array(3).fill(['lost', 2]));
  expect(lanes.paths('GET')).toHaveLength(1);
  lanes.end();
});

it('a client handles a lost message within 1.5 s if pushes are not late', async () => {
  const { delays } = await streamTo({ perSecond: 5, late: [100, 300], seconds: 60, lost: [101] });
  expect(delays).toHaveLength(300);
  expect(longest(delays)).toBeGreaterThan(300);
  expect(longest(delays)).toBeLessThan(1_500);
});

it('a client handles a lost message within 1.5 s after a duplicate that was 3 minutes late', async () => {
  const lanes = new Lanes();
  const { data } = await lanes.subscriber();
  const first = await lanes.publish('news', 1);
  await lanes.time.pass(3 * MINUTE);
  lanes.socket.receive({ type: 'message', ...first });
  await lanes.append('news', 'lost');
  await lanes.publish('news', 3);
  await lanes.time.pass(1_500);
  expect(data()).toEqual([1, 'lost', 3]);
  lanes.end();
});

it('a client handles a lost message within 1.5 s again 60 pushes after one that was 3 minutes late', async () => {
  const lanes = new Lanes();
  const { data } = await lanes.subscriber();
  await lanes.publish('news', 1);
  const late = await lanes.append('news', 2);
  await lanes.time.pass(3 * MINUTE);
  lanes.socket.receive({ type: 'message', ...late });
  for (let count = 0; count < 60; count += 1) {
    await lanes.publish('news', 'next');
  }
  await lanes.append('news', 'lost');
  await lanes.publish('news', 'last');
  await lanes.time.pass(1_500);
  expect(data().slice(-2)).toEqual(['lost', 'last']);
  lanes.end();
});

it('a client handles a lost message within 1.5 s again 600 pushes after its clock was set forward by a minute', async () => {
  const lanes = new Lanes();
  let ahead = 0;
  const clock: Clock = { ...lanes.time, random: lanes.time.random, now: () => lanes.time.now() + ahead };
  const { data } = await lanes.subscriber('news', { clock });
  await lanes.publish('news', 'first');
  ahead = MINUTE;
  for (let count = 0; count < 600; count += 1) {
    await lanes.publish('news', 'next');
  }
  await lanes.append('news', 'lost');
  await lanes.publish('news', 'last');
  await lanes.time.pass(1_500);
  expect(data().slice(-2)).toEqual(['lost', 'last']);
  lanes.end();
});

it('a client handles a lost message within 1.5 s after a sleep of an hour during which its clock stood still', async () => {
  const lanes = new Lanes();
  let behind = 0;
  const clock: Clock = { ...lanes.time, random: lanes.time.random, now: () => lanes.time.now() - behind };
  const { data } = await lanes.subscriber('news', { clock });
  await lanes.publish('news', 'first');
  behind = 60 * MINUTE;
  await lanes.publish('news', 'next');
  await lanes.append('news', 'lost');
  await lanes.publish('news', 'last');
  await lanes.time.pass(1_500);
  expect(data()).toEqual(['first', 'next', 'lost', 'last']);
  lanes.end();
});

it('a client handles a lost last message within 1 s of a ping, also if a push was late before', async () => {
  const lanes = new Lanes();
  const { data } = await lanes.subscriber();
  const [first, second] = [await lanes.append('news', 1), await lanes.append('news', 2)];
  lanes.socket.receive({ type: 'message', ...first });
  await lanes.time.pass(9_000);
  lanes.socket.receive({ type: 'message', ...second });
  await lanes.append('news', 'lost');
  await lanes.time.pass(4 * MINUTE - 9_000 - 1);
  expect(data()).toEqual([1, 2]);
  await lanes.time.pass(1_001);
  expect(data()).toEqual([1, 2, 'lost']);
  lanes.end();
});

it('a client handles the lost last message of a stream of late pushes after its next ping', async () => {
  const { delays } = await streamTo({ ...LATE, perSecond: 5, seconds: 60, lost: [300] });
  expect(delays).toHaveLength(300);
  // The message is published after a minute, and the ping comes after at most 4.8.
  expect(delays.at(-1)).toBeLessThan(3.8 * MINUTE + 1_000);
});

it('a client reads history at once after a reconnect, also if it was waiting for late pushes', async () => {
  const lanes = new Lanes();
  const { data } = await lanes.subscriber();
  // The second push is 9 s late, so the client waits for late pushes for 10 s.
  const [first, second] = [await lanes.append('news', 1), await lanes.append('news', 2)];
  lanes.socket.receive({ type: 'message', ...first });
  await lanes.time.pass(9_000);
  lanes.socket.receive({ type: 'message', ...second });
  await lanes.append('news', 'lost');
  await lanes.publish('news', 4);
  await lanes.time.pass(1_000);
  lanes.socket.break();
  await lanes.time.pass(999);
  expect([data(), lanes.requests]).toEqual([[1, 2], []]);
  await lanes.time.pass(1);
  expect(data()).toEqual([1, 2, 'lost', 4]);
  lanes.end();
});
