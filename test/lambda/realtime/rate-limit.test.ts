import fc from 'fast-check';
import { parseRateLimit, take } from '../../../lambda/realtime/rate-limit';

const rateLimits = fc.record({ perSecond: fc.integer({ min: 1, max: 1000 }), burst: fc.integer({ min: 1, max: 50 }) });

it('take() allows the burst at once, and then returns the seconds to wait', () => {
  let fullAt = 0;
  for (let taken = 0; taken < 3; taken++) {
    const outcome = take(fullAt, 5000, { perSecond: 0.5, burst: 3 });
    fullAt = outcome.fullAt ?? Number.NaN;
  }
  expect(fullAt).toBe(11_000);
  expect(take(fullAt, 5000, { perSecond: 0.5, burst: 3 })).toEqual({ retryAfter: 2 });
  expect(take(fullAt, 7000, { perSecond: 0.5, burst: 3 })).toEqual({ fullAt: 13_000 });
});

it('take() never allows more than the burst and the rate, and always allows a request after retryAfter', () => {
  const requests = fc.record({
    pause: fc.integer({ min: 0, max: 2000 }),
    cost: fc.integer({ min: 1, max: 20 }),
    debt: fc.integer({ min: 0, max: 50 }),
  });
  fc.assert(
    fc.property(rateLimits, fc.array(requests, { maxLength: 200 }), (rateLimit, all) => {
      let [now, fullAt, taken] = [1_000_000, 0, 0];
      for (const { pause, ...request } of all) {
        now += pause;
        const outcome = take(fullAt, now, rateLimit, request);
        fullAt = outcome.fullAt ?? fullAt;
        if ('retryAfter' in outcome) {
          const again = take(fullAt, now + outcome.retryAfter * 1000 + 0.001, rateLimit, request);
          expect(again).not.toHaveProperty('retryAfter');
        } else {
          taken += Math.min(request.cost, rateLimit.burst);
        }
      }
      const seconds = (now - 1_000_000) / 1000;
      expect(taken).toBeLessThanOrEqual(rateLimit.burst + seconds * rateLimit.perSecond + 0.001);
    }),
  );
});

it('take() counts refused requests up to the debt, and then no more', () => {
  const rateLimit = { perSecond: 1, burst: 2 };
  const request = { debt: 2 };
  let fullAt = 0;
  const outcomes = Array.from({ length: 5 }, () => {
    const outcome = take(fullAt, 0, rateLimit, request);
    fullAt = outcome.fullAt ?? fullAt;
    return outcome;
  });
  expect(outcomes).toEqual([
    { fullAt: 1000 },
    { fullAt: 2000 },
    { retryAfter: 2, fullAt: 3000 },
    { retryAfter: 3, fullAt: 4000 },
    { retryAfter: 3 },
  ]);
});

it('take() allows a request that costs more than the burst if the bucket is full', () => {
  expect(take(0, 5000, { perSecond: 1, burst: 2 }, { cost: 100 })).toEqual({ fullAt: 7000 });
  expect(take(5001, 5000, { perSecond: 1, burst: 2 }, { cost: 100 })).toEqual({ retryAfter: 1 });
});

it('take() allows at most the burst after a pause', () => {
  const rateLimit = { perSecond: 10, burst: 2 };
  expect(take(0, 1e9, rateLimit)).toEqual({ fullAt: 1e9 + 100 });
  expect(take(1e9 + 100, 1e9, rateLimit)).toEqual({ fullAt: 1e9 + 200 });
  expect(take(1e9 + 200, 1e9, rateLimit)).toEqual({ retryAfter: 1 });
});

it('parseRateLimit() reads a rate limit from text', () => {
  expect(parseRateLimit('50/200')).toEqual({ perSecond: 50, burst: 200 });
});

it.each(['', '50', '0/1', '1/0', '-1/1', '1.5/2', '1/2/3', ' 1/2', '9999999/1'])(
  'parseRateLimit() refuses "%s"',
  (text) => {
    expect(() => parseRateLimit(text)).toThrow(/two whole numbers/);
  },
);
