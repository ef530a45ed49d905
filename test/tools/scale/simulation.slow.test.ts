import fc from 'fast-check';
import { Quota } from '../../../tools/scale/facts';
import { DEFAULTS, type Scenario } from '../../../tools/scale/scenario';
import { simulate } from '../../../tools/scale/simulation';

const run = (changed: Partial<Scenario>) => simulate({ ...DEFAULTS, ...changed });

/** Loads from idle to hopeless. */
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

/** More than dispatch can hand over within its timeout. */
const MANY_LARGE = { connections: 3e6, rate: 10, duration: 2, bytes: 32_768 };

describe('A run', () => {
  test('is decided by its scenario, to the byte; another seed gives another run', () => {
    const scenario = { connections: 3000, topics: 7, rate: 1, requestsPerSecond: 1000 };
    const [one, again, other] = [run(scenario), run(scenario), run({ ...scenario, seed: 2 })].map((result) =>
      JSON.stringify({ ...result, scenario: undefined }),
    );
    expect(again).toBe(one);
    expect(other).not.toBe(one);
  });

  test('accounts for every message at every connection: it is made, or given up', () => {
    fc.assert(
      fc.property(scenarios, (changed) => {
        const { connections, topics } = changed;
        // As many to each topic, so that it does not matter which topic a message was on.
        const { messages, deliveries, posts } = run({ ...changed, connections: connections * topics });
        expect(deliveries.made + deliveries.givenUp).toBe(messages.published * connections);
        expect(Math.min(posts.made, posts.refused, deliveries.givenUp)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 40 },
    );
  });

  test("obeys Little's law: functions in flight = invocations a second × their duration", () => {
    fc.assert(
      fc.property(scenarios, (changed) => {
        const { functions, seconds } = run({ ...changed, connections: changed.connections + changed.topics });
        expect(Math.abs(functions.mean * seconds - functions.seconds)).toBeLessThan(1e-6 * (1 + functions.seconds));
        expect(functions.mean).toBeLessThanOrEqual(functions.most);
      }),
      { numRuns: 30 },
    );
  });

  test('takes 10 s to post to 100,000 connections at 10,000 a second, less the burst, plus the way there', () => {
    const { seconds, posts } = run({ connections: 100_000, pingInterval: 0 });
    expect(posts.made).toBe(100_000);
    const shortest = (100_000 - Quota.requestBurst.value) / 10_000;
    expect(seconds).toBeGreaterThan(shortest);
    expect(seconds).toBeLessThan(shortest + 4);
  });

  test('leaves room for what clients send', () => {
    const [silent, pinging] = [0, 240].map((pingInterval) => run({ connections: 1e6, pingInterval }));
    // 1e6 / 240 pings a second, and twice 1e6 / 6150 requests of renewed connections.
    expect(pinging?.clientRequestsPerSecond).toBeCloseTo(4166.67 + 325.2, 1);
    expect(pinging?.latency?.p50).toBeGreaterThan(1.5 * (silent?.latency?.p50 ?? Number.NaN));
  });

  test('without pings and quotas in the way, is never later than allowance, append, poll, cold start, queue and posts', () => {
    const { latency, throttledSeconds } = run({ connections: 100 });
    expect(throttledSeconds).toBe(0);
    expect(latency?.max).toBeLessThan(
      0.005 + 0.015 + 0.05 + 0.25 + 0.005 + 0.015 + 0.02 + 0.25 + 0.01 + 0.05 + 0.01 + 0.001,
    );
  });

  test('sends messages that wait together in one frame', () => {
    const [alone, together] = [0, 5].map((maxBatchingWindow) => run({ connections: 100, rate: 2, maxBatchingWindow }));
    expect(together?.posts.saved).toBeGreaterThan(2 * (alone?.posts.saved ?? Number.NaN));
    // Whatever is saved, a frame holds 32 KiB.
    expect(run({ connections: 100, rate: 2, maxBatchingWindow: 5, bytes: 32_768 }).posts.saved).toBe(0);
  });

  test('comes back after a break no faster than the connection table takes what a new connection writes', () => {
    const of = (changed: Partial<Scenario>) => run({ connections: 1000, ...changed }).reconnectSeconds;
    expect(of({ connectsPerSecond: 500 })).toBe(2);
    // Slot, connection and three items of a subscription by twos, and one for the frame that subscribes.
    expect(of({ connectsPerSecond: 500, tableWritesPerSecond: 11 })).toBe(1000);
  });

  test('refuses what a topic cannot append in time', () => {
    const { messages } = run({ connections: 1, rate: 200, duration: 30 });
    // One in 15 ms for 30 s, and 4 s of patience.
    expect(messages.published).toBeGreaterThan(2000);
    expect(messages.published).toBeLessThanOrEqual(34 / 0.015 + 1);
    expect(messages.refused).toBe(6000 - messages.published);
  });

  test('gives up what dispatch has no time to send', () => {
    const { deliveries, messages } = run({ ...MANY_LARGE, requestsPerSecond: 1e7 });
    expect(deliveries.givenUp).toBeGreaterThan(0);
    expect(deliveries.made + deliveries.givenUp).toBe(messages.published * 3e6);
  });

  test.each<[string, Partial<Scenario>]>([
    ['API Gateway requests', { connections: 10_000, requestsPerSecond: 100, pingInterval: 0 }],
    ['API Gateway connects', { connections: 50_000, connectsPerSecond: 5 }],
    ['deliver functions', { connections: 100_000, requestsPerSecond: 1e6, concurrency: 2 }],
    [
      'functions for clients',
      {
        connections: 1e6,
        requestsPerSecond: 1e7,
        connectsPerSecond: 1e4,
        tableWritesPerSecond: 1e6,
        pingInterval: 20,
      },
    ],
    ['appends to a topic', { connections: 1, rate: 60 }],
    ['writes of a topic', { connections: 1, rate: 12, bytes: 32_768 }],
    ['writes of connections', { connections: 1e6, requestsPerSecond: 1e7, connectsPerSecond: 1e4, pingInterval: 20 }],
    [
      'writes of admission',
      { connections: 100, topics: 100, rate: 50, tableWritesPerSecond: 100, requestsPerSecond: 1e7, duration: 10 },
    ],
    ['time of dispatch', { ...MANY_LARGE, requestsPerSecond: 1e7, connectsPerSecond: 1e5 }],
  ])('names %s where that is short', (limit, changed) => {
    expect(run(changed).saturatesFirst).toBe(limit);
  });
});
