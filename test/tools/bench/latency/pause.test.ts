import { pauseBefore, QUIET_MS } from '../../../../tools/bench/latency/pause';

test('a topic is quiet before each publish, at any time of the last one', () => {
  for (const since of [0, 300, 999, 1000, 5000]) {
    expect(since + pauseBefore(since, 0)).toBeGreaterThanOrEqual(QUIET_MS);
  }
});

test('publishes do not keep step with the polls of the stream', () => {
  expect([0, 0.5, 0.999].map((random) => pauseBefore(5000, random))).toEqual([0, 125, 249.75]);
});
