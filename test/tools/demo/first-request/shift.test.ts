import { shift } from '../../../../tools/demo/page/first-request/shift';

test('the shift of a sample by a constant is the constant', () => {
  expect(shift([1, 2, 3, 4, 5], [11, 12, 13, 14, 15]).estimate).toBe(10);
});

test('the interval of two samples of five leaves out four differences at each end', () => {
  // 25 differences, from -4 to 4. By hand: 25 / 2 - 1.645 * sqrt(25 * 11 / 12) = 4.6.
  expect(shift([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])).toEqual({ low: -2, estimate: 0, high: 2 });
});

test('one pause does not move the estimate', () => {
  expect(shift([1, 2, 3, 4, 5], [1, 2, 3, 4, 5_000]).estimate).toBeLessThan(2);
});
