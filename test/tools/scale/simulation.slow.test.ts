import fc from 'fast-check';
import { Quota } from '../../../tools/scale/facts';
import { DEFAULTS, type Scenario } from '../../../tools/scale/scenario';
import { simulate } from '../../../tools/scale/simulation';

const run = (changed: Partial<Scenario>) => simulate({ ...DEFAULTS, ...changed });

/** Loads from idle to far above the quotas. */
const scenarios = fc.record({
  connections: fc.integer({ min: 1, max: 3000 }),
  topics: fc.integer({ min: 1, max: 20 }),
  rate: fc.double({ min: 0, max: 10, noNaN: true }),
  bytes: fc.integer({ min: 1, max: 32_768 }),
  duration: fc.integer({ min: 1, max: 10 }),
  requestsPerSecond: fc.integer({ min: 1, max: 100_000 }),
  concurrency: fc.integer({ min: 2, max: 1000 }),
  maxBatchingWindow: fc.integer({ min: 0, max: 3 }),
  pingInterval: fc.constantFrom(0, 240),
  seed: fc.nat(),
});

/** More than dispatch can send within its timeout. */
const MANY_LARGE = { connections: 3e6, rate: 10, duration: 2, bytes: 32_768 };

describe('A simulation', () => {
  test('has the same result for the same scenario, and another for another seed', () => {
    const scenario = { connections: 3000, topics: 7, rate: 1, requestsPerSecond: 1000 };
    const [one, again, other] = [run(scenario), run(scenario), run({ ...scenario, seed: 2 })].map((result) =>
      JSON.stringify({ ...result, scenario: undefined }),
    );
    expect(again).toBe(one);
    expect(other).not.toBe(one);
  });

  test('counts every delivery as made or given up', () => {
    fc.assert(
      fc.property(scenarios, (changed) => {
        const { connections, topics } = changed;
        // The same number of connections for each topic, so that the topic of a message does not matter.
        const { messages, deliveries, posts } = run({ ...changed, connections: connections * topics });
        expect(deliveries.made + deliveries.givenUp).toBe(messages.published * connections);
        expect(Math.min(posts.made, posts.throttled, deliveries.givenUp)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 40 },
    );
  });

  test("obeys Little's law: concurrent functions = invocations a second × their duration", () => {
    fc.assert(
      fc.property(scenarios, (changed) => {
        const { functions, seconds } = run({ ...changed, connections: changed.connections + changed.topics });
        expect(Math.abs(functions.mean * seconds - functions.seconds)).toBeLessThan(1e-6 * (1 + functions.seconds));
        expect(functions.mean).toBeLessThanOrEqual(functions.most);
      }),
      { numRuns: 30 },
    );
  });

  test('takes 10 s for 100,000 posts at 10,000 a second, minus the burst, plus the time of the other steps', () => {
    const { seconds, posts } = run({ connections: 100_000, pingInterval: 0 });
    expect(posts.made).toBe(100_000);
    const shortest = (100_000 - Quota.requestBurst.value) / 10_000;
    expect(seconds).toBeGreaterThan(shortest);
    expect(seconds).toBeLessThan(shortest + 4);
  });

  test('subtracts the requests of clients from the quota', () => {
    const [silent, pinging] = [0, 240].map((pingInterval) => run({ connections: 1e6, pingInterval }));
    // 1e6 / 240 pings a second, and 2 × 1e6 / 6150 requests for renewed connections.
    expect(pinging?.clientRequestsPerSecond).toBeCloseTo(4166.67 + 325.2, 1);
    expect(pinging?.latency?.p50).toBeGreaterThan(1.5 * (silent?.latency?.p50 ?? Number.NaN));
  });

  test('below the quotas, has a maximum latency of rate limit, append, poll, cold start, queue and posts', () => {
    const { latency, throttledSeconds } = run({ connections: 100 });
    expect(throttledSeconds).toBe(0);
    expect(latency?.max).toBeLessThan(
      0.005 + 0.015 + 0.05 + 0.25 + 0.005 + 0.015 + 0.02 + 0.25 + 0.01 + 0.05 + 0.01 + 0.001,
    );
  });

  test('sends messages that wait at the same time in one frame', () => {
    const [alone, together] = [0, 5].map((maxBatchingWindow) => run({ connections: 100, rate: 2, maxBatchingWindow }));
    expect(together?.posts.saved).toBeGreaterThan(2 * (alone?.posts.saved ?? Number.NaN));
    // A frame has at most 32 KiB, so nothing is saved.
    expect(run({ connections: 100, rate: 2, maxBatchingWindow: 5, bytes: 32_768 }).posts.saved).toBe(0);
  });

  test('limits reconnection by the writes of a new connection to the connection table', () => {
    const of = (changed: Partial<Scenario>) => run({ connections: 1000, ...changed }).reconnectSeconds;
    expect(of({ connectsPerSecond: 500 })).toBe(2);
    // The slot, the connection and three items of a subscription, twice each, and one for the frame that subscribes.
    expect(of({ connectsPerSecond: 500, tableWritesPerSecond: 11 })).toBe(1000);
  });

  test('rejects messages that a topic cannot append in time', () => {
    const { messages } = run({ connections: 1, rate: 200, duration: 30 });
    // One in 15 ms for 30 s, and a timeout of 4 s.
    expect(messages.published).toBeGreaterThan(2000);
    expect(messages.published).toBeLessThanOrEqual(34 / 0.015 + 1);
    expect(messages.rejected).toBe(6000 - messages.published);
  });

  test('gives up deliveries that dispatch has no time to send', () => {
    const { deliveries, messages } = run({ ...MANY_LARGE, requestsPerSecond: 1e7 });
    expect(deliveries.givenUp).toBeGreaterThan(0);
    expect(deliveries.made + deliveries.givenUp).toBe(messages.published * 3e6);
  });

  test.each<[string, Partial<Scenario>]>([
    ['API Gateway requests', { connections: 10_000, requestsPerSecond: 100, pingInterval: 0 }],
    ['API Gateway connects', { connections: 50_000, connectsPerSecond: 5 }],
    ['deliver functions', { connections: 100_000, requestsPerSecond: 1e6, concurrency: 2 }],
    [
      'client functions',
      {
        connections: 1e6,
        requestsPerSecond: 1e7,
        connectsPerSecond: 1e4,
        tableWritesPerSecond: 1e6,
        pingInterval: 20,
      },
    ],
    ['appends to a topic', { connections: 1, rate: 60 }],
    ['writes to a topic', { connections: 1, rate: 12, bytes: 32_768 }],
    ['connection writes', { connections: 1e6, requestsPerSecond: 1e7, connectsPerSecond: 1e4, pingInterval: 20 }],
    [
      'admission writes',
      { connections: 100, topics: 100, rate: 50, tableWritesPerSecond: 100, requestsPerSecond: 1e7, duration: 10 },
    ],
    ['dispatch time', { ...MANY_LARGE, requestsPerSecond: 1e7, connectsPerSecond: 1e5 }],
  ])('names %s as the limit with the highest utilization', (limit, changed) => {
    expect(run(changed).saturatesFirst).toBe(limit);
  });
});
