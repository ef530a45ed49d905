import fc from 'fast-check';
import { toCents } from '../../../tools/prices/cents';
import { marksOf } from '../../../tools/prices/marks';
import { costOf, HOURS_OF_MONTH, type Price, PRICES, priceOf } from '../../../tools/prices/price';

const banded = PRICES.filter(({ tiers }) => tiers !== undefined);
const price = fc.constantFrom(...PRICES);
const amount = fc.double({ min: 0, max: 1e12, noNaN: true });
const freeTier = fc.boolean();

describe('the price list', () => {
  it('has each service and usage once', () => {
    for (const { service, usage } of PRICES) {
      expect(priceOf(service, usage)).toMatchObject({ service, usage });
    }
    expect(() => priceOf('DynamoDB', 'global write')).toThrow('must have one price for DynamoDB: global write, got 0');
  });

  it.each(banded.map((each) => [`${each.service}: ${each.usage}`, each] as const))(
    'has bands of %s that ascend, end without a limit, and are cheaper than the one before except a free one',
    (_, { usd, tiers = [] }) => {
      const ends = tiers.map(({ upTo }) => upTo ?? Number.POSITIVE_INFINITY);
      expect(ends).toEqual([...new Set(ends)].sort((one, other) => one - other));
      expect(ends.at(-1)).toBe(Number.POSITIVE_INFINITY);
      const paid = tiers.filter((band, index) => index > 0 || band.usd > 0).map((band) => band.usd);
      expect(paid).toEqual([...paid].sort((one, other) => other - one));
      expect(paid[0]).toBe(usd);
    },
  );

  it('computes a month with 730 hours', () => {
    expect(HOURS_OF_MONTH).toBe(730);
  });
});

describe('the cost of an amount', () => {
  it('has the price of each band up to its edge, and that of the next beyond', () => {
    const messages = priceOf('API Gateway WebSocket', 'message, either direction, per 32 KB');
    expect(costOf(messages, 1e9)).toBeCloseTo(1000, 6);
    expect(costOf(messages, 1e9 + 1e6) - costOf(messages, 1e9)).toBeCloseTo(0.8, 6);
    expect(costOf(messages, 1e9) - costOf(messages, 1e9 - 1e6)).toBeCloseTo(1, 6);
  });

  it('begins after the free amount of a band, and at 0 without it', () => {
    const out = priceOf('Data transfer', 'out to the internet');
    expect(costOf(out, 100)).toBe(0);
    expect(costOf(out, 101)).toBeCloseTo(0.09, 9);
    expect(costOf(out, 100, { freeTier: false })).toBeCloseTo(9, 9);
    expect(costOf(out, 10_240, { freeTier: false })).toBeCloseTo(921.6, 6);
    expect(costOf(out, 10_241, { freeTier: false })).toBeCloseTo(921.6 + 0.085, 6);
  });

  it('subtracts a free amount that the bands count', () => {
    const out = priceOf('CloudFront', 'data out, US and Europe');
    expect(costOf(out, 1024)).toBe(0);
    expect(costOf(out, 11_240)).toBeCloseTo(9216 * 0.085 + 1000 * 0.08, 6);
    expect(costOf(out, 11_240, { freeTier: false })).toBeCloseTo(10_240 * 0.085 + 1000 * 0.08, 6);
  });

  it('is 0 for nothing', () => {
    for (const each of PRICES) {
      expect([costOf(each, 0), costOf(each, 0, { freeTier: false })]).toEqual([0, 0]);
    }
  });

  it('does not fall when the amount grows, and is not more with the free amounts', () => {
    fc.assert(
      fc.property(price, amount, amount, freeTier, (each, one, other, free) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        const rounding = 1e-9 * (1 + costOf(each, more, { freeTier: free }));
        return (
          costOf(each, less, { freeTier: free }) <= costOf(each, more, { freeTier: free }) + rounding &&
          costOf(each, more) <= costOf(each, more, { freeTier: false }) + rounding
        );
      }),
    );
  });
});

describe('an amount of money', () => {
  it.each([
    [16.425, 16.43],
    [0.0225 * 730, 16.43],
    [1.005, 1.01],
    [0.004_999, 0],
    [0.005, 0.01],
    [1e9 + 0.125, 1e9 + 0.13],
  ])('of %d is rounded half up to %d', (usd, cents) => {
    expect(toCents(usd)).toBe(cents);
  });
});

describe('the marks of a price', () => {
  const today = new Date('2026-11-28T23:00:00Z');
  const of = (asOf: string | null, standing: Price['standing'] = 'documented') => marksOf({ asOf, standing }, today);

  it('are none for a documented one of the last 365 days', () => {
    expect(of('2026-09-29')).toEqual([]);
    expect(of('2025-11-28')).toEqual([]);
  });

  it('say that it is older than a year, or has no date', () => {
    expect(of('2025-11-27')).toEqual(['older than a year']);
    expect(of(null)).toEqual(['no date']);
  });

  it('say its standing if no price list has it', () => {
    expect(of('2026-09-29', 'secondary')).toEqual(['secondary']);
    expect(of(null, 'unverified')).toEqual(['no date', 'unverified']);
    expect(of('2024-07-01', 'from source')).toEqual(['older than a year', 'from source']);
  });
});
