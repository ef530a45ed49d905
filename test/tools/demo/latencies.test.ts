import { Latencies } from '../../../tools/demo/page/latencies';

test('a percentile of latencies covers the given range of requests, and is undefined if none has a response', () => {
  const latencies = new Latencies();
  latencies.values.push(1000, 5, undefined, 1, 3, 1000);
  expect(latencies.percentile(0.5, 1, 5)).toBe(3);
  expect(latencies.percentile(0.99, 1, 5)).toBe(5);
  expect(latencies.percentile(0.5, 2, 3)).toBeUndefined();
});
