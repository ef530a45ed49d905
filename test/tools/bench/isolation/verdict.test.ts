import { exceeded, type Judged } from '../../../../tools/bench/isolation/verdict';

const measured = (ratio: number, arrivals: number) => ({ ratio, perSecond: { arrivals } });

function run(figures: Partial<Judged> = {}): Judged {
  return {
    behindOneProxy: measured(1.5, 10_000),
    twinlaneLanes: measured(1.3, 1000),
    twinlaneServers: measured(1.15, 9500),
    ...figures,
  };
}

test('a run at its bounds exceeds none, however many messages an API of API Gateway carries', () => {
  expect(exceeded(run())).toEqual([]);
});

test('each entry has a bound of its own for the p99 of HTTP', () => {
  expect(exceeded(run({ twinlaneLanes: measured(1.31, 1000), twinlaneServers: measured(1.16, 10_000) }))).toEqual([
    'twinlaneLanes: storm ÷ idle must be at most 1.3, got 1.31',
    'twinlaneServers: storm ÷ idle must be at most 1.15, got 1.16',
  ]);
});

test('a ratio at a lower rate of messages than that of the plain servers is not enough for servers', () => {
  expect(exceeded(run({ twinlaneServers: measured(1, 9400) }))).toEqual([
    'twinlaneServers: must carry at least 0.95 of the messages of behindOneProxy, got 9400 of 10000 a second',
  ]);
});

test('a run without measurements exceeds every bound', () => {
  const nothing = measured(Number.NaN, Number.NaN);
  expect(exceeded({ behindOneProxy: nothing, twinlaneLanes: nothing, twinlaneServers: nothing }).length).toBe(3);
});
