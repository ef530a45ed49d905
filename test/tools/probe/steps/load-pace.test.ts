import type { Exchange, Run } from '../../../../tools/probe/measurements';
import { paceFor } from '../../../../tools/probe/steps/pace';
import { isRateLimit } from '../../../../tools/probe/steps/rate-limit';
import { inRandomOrder } from '../../../../tools/probe/steps/random-order';
import { counts } from '../../../../tools/probe/steps/silent-sockets';
import { stallTime, usualTime } from '../../../../tools/probe/steps/usual-time';

function took(ms: number, failure?: string): Exchange {
  return { at: 0, ms, opening: 0, status: 200, closed: false, pause: 0, ...(failure !== undefined && { failure }) };
}

function run(first: number, second: number): Run {
  return { tcp: 0, first: took(first), second: took(second) };
}

test('the usual time of a request leaves out the very first one, which can be cold', () => {
  const found = { runs: [run(900, 3), run(7, 4)], bursts: [[took(12), took(10_000, 'no response')]] };
  expect(usualTime(found)).toBe(12);
  expect(stallTime(found)).toBe(2_012);
  expect(usualTime({ runs: [], bursts: [] })).toBe(0);
});

test('a fast server gets 40 requests a second for three quarters of a second', () => {
  expect(paceFor({ runs: [run(9, 1), run(1, 1)], bursts: [] })).toEqual({ perSecond: 40, seconds: 0.75 });
});

test('a slow server with one worker gets as few requests as do not wait for each other', () => {
  const { perSecond, seconds } = paceFor({ runs: [run(300, 50), run(50, 50)], bursts: [] });
  expect(perSecond * 0.05).toBeCloseTo(0.3);
  expect(seconds).toBe(2);
});

test('a slow server that answers a burst at once gets as many requests as a fast one', () => {
  const burst = Array.from({ length: 8 }, () => took(50));
  expect(paceFor({ runs: [run(300, 50), run(50, 50)], bursts: [burst] }).perSecond).toBe(40);
});

test('a very slow server gets at least some requests', () => {
  expect(paceFor({ runs: [run(3_000, 3_000), run(3_000, 3_000)], bursts: [] })).toEqual({ perSecond: 4, seconds: 2 });
});

test('sockets are doubled up to the maximum', () => {
  expect(counts(1)).toEqual([]);
  expect(counts(2)).toEqual([2]);
  expect(counts(8)).toEqual([2, 4, 8]);
  expect(counts(20)).toEqual([2, 4, 8, 16, 20]);
});

test('a random order has all items, in each order equally often', () => {
  // 0, 1/6, 2/6, … are the choices of an item from the last three, and then of one from the last two.
  const orders = [0, 1, 2].flatMap((last) =>
    [0, 1].map((second) => {
      const choices = [last / 3, second / 2];
      return inRandomOrder(['a', 'b', 'c'], () => choices.shift() ?? 0).join('');
    }),
  );
  expect(new Set(orders).size).toBe(6);
});

test('an answer that refuses a frame is no echo of it', () => {
  expect(isRateLimit('{"type":"error","retryAfter":2}', ['hello'])).toBe(true);
  expect(isRateLimit('Too many messages', ['hello'])).toBe(true);
  expect(isRateLimit('hello', ['hello'])).toBe(false);
  expect(isRateLimit('too many cooks', ['too many cooks'])).toBe(false);
});
