import { positionOf, ticksFor } from '../../tools/logarithmic-axis';

test.each([
  [[52], [1, 10, 100]],
  [
    [0.7, 1254],
    [0.1, 1, 10, 100, 1000, 10_000],
  ],
  [
    [1, 10],
    [1, 10],
  ],
  [[0], [1, 10]],
  [[], [1, 10]],
  [[0.001], [0.1, 1]],
])('the axis of %j has the ticks %j', (values, ticks) => {
  expect(ticksFor(values).map((tick) => Number(tick.toPrecision(3)))).toEqual(ticks);
});

test.each([
  [1, 0],
  [10, 50],
  [100, 100],
  [31.6, 75],
  [0, 0],
  [500, 100],
])('%d ms is at %d percent of an axis from 1 to 100 ms', (value, position) => {
  expect(positionOf(value, [1, 10, 100])).toBe(position);
});
