import { measured } from '../../lambda/measured';
import { MemoryMetrics } from '../support/memory/metrics';

test('metrics are written at the end of each invocation, with its arguments and its result unchanged', async () => {
  const metrics = new MemoryMetrics();
  const handler = measured(metrics, async (by: number, text: string) => {
    metrics.count('Posts', by);
    await new Promise(setImmediate);
    expect(metrics.written).toHaveLength(by - 1);
    return text;
  });
  expect([await handler(1, 'a'), await handler(2, 'b')]).toEqual(['a', 'b']);
  expect(metrics.written).toEqual([{ Posts: 1 }, { Posts: 2 }]);
});

test('metrics are written also if the handler throws, and its error is thrown', async () => {
  const metrics = new MemoryMetrics();
  const handler = measured(metrics, async () => {
    metrics.count('FanOut', 3);
    throw new RangeError('no');
  });
  await expect(handler()).rejects.toThrow(RangeError);
  expect(metrics.written).toEqual([{ FanOut: 3 }]);
});
