import { array, assert, integer, property } from 'fast-check';
import { Pace } from '../../../../tools/bench/isolation/pace';

test('the first start is immediate, and the next one follows after an interval', () => {
  const pace = new Pace(20);
  expect(pace.next(1000)).toBe(1000);
  expect(pace.next(1001)).toBe(1050);
});

test('a late start is immediate, and missed starts are not made up for', () => {
  const pace = new Pace(20);
  pace.next(0);
  expect(pace.next(500)).toBe(500);
  expect(pace.next(500)).toBe(550);
});

test('no start is before its request, or less than an interval after the previous start', () => {
  assert(
    property(integer({ min: 1, max: 1000 }), array(integer({ min: 0, max: 100 })), (perSecond, pauses) => {
      const pace = new Pace(perSecond);
      let now = 0;
      let before = Number.NEGATIVE_INFINITY;
      for (const pause of pauses) {
        now += pause;
        const next = pace.next(now);
        expect(next).toBeGreaterThanOrEqual(now);
        expect(next).toBeGreaterThanOrEqual(before + 1000 / perSecond);
        before = next;
      }
    }),
  );
});
