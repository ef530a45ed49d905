import fc from 'fast-check';
import { EmbeddedMetrics } from '../../lambda/embedded-metrics';
import { REFUSAL_REASONS } from '../../lambda/metrics';
import { violationsOf } from './embedded-format';

const NOW = 1_767_225_600_000;

function setUp() {
  const lines: string[] = [];
  return {
    lines,
    metrics: new EmbeddedMetrics(
      'prod-lane',
      () => NOW,
      (line) => void lines.push(line),
    ),
  };
}

/** Members of lines, without those that all lines have. */
const membersOf = (lines: readonly string[]) =>
  lines.map((line) => {
    const { _aws, Lane, ...members } = JSON.parse(line) as Record<string, unknown>;
    return members;
  });

const names = (lines: readonly string[]) =>
  lines.map((line) => JSON.parse(line)._aws.CloudWatchMetrics[0].Metrics.map(({ Name }: { Name: string }) => Name));

test('the metrics of an invocation are one line in the embedded metric format, with the lane as its dimension', () => {
  const { metrics, lines } = setUp();
  metrics.count('Posts', 2);
  metrics.count('Posts');
  metrics.sample('PushLatency', 40);
  metrics.sample('PushLatency', 0);
  metrics.write();
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toEqual({
    _aws: {
      Timestamp: NOW,
      CloudWatchMetrics: [
        {
          Namespace: 'Twinlane',
          Dimensions: [['Lane']],
          Metrics: [
            { Name: 'Posts', Unit: 'Count' },
            { Name: 'PushLatency', Unit: 'Milliseconds' },
          ],
        },
      ],
    },
    Lane: 'prod-lane',
    Posts: 3,
    PushLatency: [40, 0],
  });
});

test('nothing is written if nothing was collected, or was written already', () => {
  const { metrics, lines } = setUp();
  metrics.count('Gone', 0);
  metrics.refuse('invalid_json');
  metrics.sample('PushLatency', Number.NaN);
  metrics.write();
  expect(lines).toEqual([]);
  metrics.sample('Gaps', 0);
  metrics.write();
  metrics.write();
  expect(membersOf(lines)).toEqual([{ Gaps: 0 }]);
});

test('refusals are a line for each reason, with the lane and the reason as dimensions', () => {
  const { metrics, lines } = setUp();
  ['forbidden', 'rate_limited', 'not_connected', 'forbidden'].forEach((code) => metrics.refuse(code));
  metrics.write();
  expect(membersOf(lines)).toEqual([
    { Reason: 'forbidden', Refused: 2 },
    { Reason: 'rate_limited', Refused: 1 },
  ]);
  const dimensions = lines.map((line) => JSON.parse(line)._aws.CloudWatchMetrics[0].Dimensions);
  expect(dimensions).toEqual([[['Lane', 'Reason']], [['Lane', 'Reason']]]);
});

test.each([
  [100, [100]],
  [101, [100, 1]],
  [250, [100, 100, 50]],
])('%i values of a metric are in lines of at most 100, and a count is in the first line only', (count, lengths) => {
  const { metrics, lines } = setUp();
  const values = Array.from({ length: count }, (_, index) => index);
  values.forEach((value) => metrics.sample('PushLatency', value));
  metrics.count('Posts', 7);
  metrics.write();
  const found = membersOf(lines).map(({ PushLatency }) => [PushLatency].flat());
  expect(found.map(({ length }) => length)).toEqual(lengths);
  expect(found.flat()).toEqual(values);
  expect(membersOf(lines).map(({ Posts }) => Posts)).toEqual([7, ...lengths.slice(1).map(() => undefined)]);
  expect(names(lines)).toEqual([['PushLatency', 'Posts'], ...lengths.slice(1).map(() => ['PushLatency'])]);
});

test('lines are written to standard output by default, with the time of the write', () => {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const before = Date.now();
  try {
    const metrics = new EmbeddedMetrics('lane');
    metrics.count('FanOut');
    metrics.write();
    const [[line] = ['']] = write.mock.calls;
    expect(violationsOf(String(line))).toEqual([]);
    expect(JSON.parse(String(line))._aws.Timestamp).toBeGreaterThanOrEqual(before);
  } finally {
    write.mockRestore();
  }
});

const value = fc.double({ min: 0, max: 1e12 });
const call = fc.oneof(
  fc.tuple(fc.constantFrom('Posts', 'Left', 'Gone', 'FanOut'), fc.nat()).map(
    ([name, by]) =>
      (metrics: EmbeddedMetrics) =>
        metrics.count(name as 'Posts', by),
  ),
  fc
    .tuple(
      fc.constantFrom('OpenConnections', 'PushLatency', 'Gaps'),
      fc.array(fc.oneof(value, fc.constant(Number.NaN)), { maxLength: 300 }),
    )
    .map(
      ([name, values]) =>
        (metrics: EmbeddedMetrics) =>
          values.forEach((each) => metrics.sample(name as 'Gaps', each)),
    ),
  fc
    .oneof(fc.constantFrom(...REFUSAL_REASONS), fc.string())
    .map((code) => (metrics: EmbeddedMetrics) => metrics.refuse(code)),
);

test('every line follows the rules of the embedded metric format, whatever was collected', () => {
  fc.assert(
    fc.property(fc.array(call, { maxLength: 20 }), (calls) => {
      const { metrics, lines } = setUp();
      calls.forEach((each) => each(metrics));
      metrics.write();
      expect(lines.flatMap(violationsOf)).toEqual([]);
    }),
  );
});

const valid = {
  _aws: {
    Timestamp: NOW,
    CloudWatchMetrics: [{ Namespace: 'A', Dimensions: [['Lane']], Metrics: [{ Name: 'Posts', Unit: 'Count' }] }],
  },
  Lane: 'lane',
  Posts: 1 as unknown,
};

test.each([
  ['values', { ...valid, Posts: Array.from({ length: 101 }, () => 1) }],
  ['values', { ...valid, Posts: [] }],
  ['values', { ...valid, Posts: null }],
  ['values', { ...valid, Posts: '1' }],
  ['dimensions', { ...valid, Lane: undefined }],
  ['dimensions', { ...valid, Lane: '' }],
  ['timestamp', { ...valid, _aws: { ...valid._aws, Timestamp: '0' } }],
  ['metadata', { ...valid, _aws: { ...valid._aws, CloudWatchMetrics: [] } }],
])('the check of these tests finds a violation of the rule for %s', (rule, line) => {
  expect(violationsOf(`${JSON.stringify(valid)}\n`)).toEqual([]);
  expect(violationsOf(`${JSON.stringify(line)}\n`)).toEqual([rule]);
});
