import fc from 'fast-check';
import { parseRateLimit, take } from '../../../lambda/realtime/rate-limit';

const rateLimits = fc.record({ perSecond: fc.integer({ min: 1, max: 1000 }), burst: fc.integer({ min: 1, max: 50 }) });

it('take() allows the burst at once, and then returns the seconds to wait', () => {
  let fullAt = 0;
  for (let taken = 0; taken < 3; taken++) {
    const outcome = take(fullAt, 5000, { perSecond: 0.5, burst: 3 });
    fullAt = 'fullAt' in outcome ? outcome.fullAt : Number.NaN;
  }
  expect(fullAt).toBe(11_000);
  expect(take(fullAt, 5000, { perSecond: 0.5, burst: 3 })).toEqual({ retryAfter: 2 });
  expect(take(fullAt, 7000, { perSecond: 0.5, burst: 3 })).toEqual({ fullAt: 13_000 });
});

it('take() never allows more than the burst and the rate, and always allows a request after retryAfter', () => {
  fc.assert(
    fc.property(rateLimits, fc.array(fc.integer({ min: 0, max: 2000 }), { maxLength: 200 }), (rateLimit, pauses) => {
      let [now, fullAt, taken] = [1_000_000, 0, 0];
      for (const pause of pauses) {
        now += pause;
        const outcome = take(fullAt, now, rateLimit);
        if ('fullAt' in outcome) {
          fullAt = outcome.fullAt;
          taken += 1;
        } else {
          expect(take(fullAt, now + outcome.retryAfter * 1000, rateLimit)).toHaveProperty('fullAt');
        }
      }
      const seconds = (now - 1_000_000) / 1000;
      expect(taken).toBeLessThanOrEqual(rateLimit.burst + seconds * rateLimit.perSecond + 0.001);
    }),
  );
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
