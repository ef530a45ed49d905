import { GROUP } from '../../../../lambda/realtime/group-commit';
import { FAST, PUBLISHED } from '../../../../tools/bench/topic/latencies';
import { trial } from '../../../../tools/bench/topic/trial';

const conditions = { latencies: FAST, processes: 1, publishers: 16, bytes: 512, seconds: 5, seed: 1 };

it('16 publishers append more than 400 messages a second to a topic in groups, and are not throttled', async () => {
  const { appendsPerSecond, unitsPerSecond, shares } = await trial({ ...conditions, group: GROUP });
  expect(appendsPerSecond).toBeGreaterThan(400);
  expect(unitsPerSecond).toBeLessThanOrEqual(1040);
  expect(shares.throttled).toBe(0);
});

it('one at a time, each message is a transaction and takes 4 write units of the topic', async () => {
  const group = { ...GROUP, count: 1 };
  const { appendsPerSecond, unitsPerMessage, messagesPerTransaction } = await trial({ ...conditions, group });
  expect(appendsPerSecond).toBeLessThan(75);
  expect(unitsPerMessage).toBeCloseTo(4, 1);
  expect(messagesPerTransaction).toBeCloseTo(1, 1);
});

it('a topic with more publishers than its write units suffice for is throttled, and no publisher is refused', async () => {
  const { appendsPerSecond, shares, unavailable } = await trial({ ...conditions, group: GROUP, publishers: 32 });
  expect(appendsPerSecond).toBeGreaterThan(300);
  expect(shares.throttled).toBeGreaterThan(0);
  expect(unavailable).toBe(0);
});

it('no publisher of two processes on one topic is refused', async () => {
  const two = { ...conditions, group: GROUP, latencies: PUBLISHED, processes: 2, seconds: 60 };
  const { appendsPerSecond, unavailable } = await trial(two);
  expect(appendsPerSecond).toBeGreaterThan(110);
  expect(unavailable).toBe(0);
});
