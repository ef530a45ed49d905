import { Latencies } from '../../../tools/demo/page/latencies';
import { type LoadResult, MEASURES, verdict } from '../../../tools/demo/page/load-result';

function result(messages: Partial<LoadResult['messages']>, values: (number | undefined)[] = []): LoadResult {
  const http = new Latencies();
  http.values.push(...values);
  return { http, loaded: [2, 4], messages: { sent: 10, latencies: [], perSecond: 0, refused: [], ...messages } };
}

test('the table of a load test separates HTTP before and under load, and shows what was not delivered', () => {
  const shown = MEASURES.map(([label, value]) => [
    label,
    value(result({ latencies: [20, 30, 400], perSecond: 2.96 }, [1, 2, 30, 40, 500])),
  ]);
  expect(Object.fromEntries(shown)).toEqual({
    'HTTP before load, p50 (ms)': '1.0',
    'HTTP before load, p99 (ms)': '2.0',
    'HTTP under load, p50 (ms)': '30.0',
    'HTTP under load, p99 (ms)': '40.0',
    'Failed HTTP requests': '0',
    'Message latency, p50 (ms)': '30.0',
    'Message latency, p99 (ms)': '400.0',
    'Messages per second': '3.0',
    'Messages not delivered': '7',
  });
});

test('the table of a load test shows a dash for a latency that was not measured', () => {
  const values = MEASURES.filter(([label]) => label.endsWith('(ms)')).map(([, value]) => value(result({})));
  expect(new Set(values)).toEqual(new Set(['–']));
});

test.each([
  [10, [], 'Twinlane kept the rate of 10 messages per second.'],
  [9.5, [], 'Twinlane kept the rate of 10 messages per second.'],
  [7.06, [], 'Twinlane did not keep the rate: it delivered 7.1 of 10 messages per second.'],
  [
    5,
    ['rate_limited'],
    'Twinlane did not keep the rate: it delivered 5.0 of 10 messages per second. It rejected some messages with the error code rate_limited.',
  ],
])(
  'a load test that delivers %d of 10 messages a second and has the rejections %j says so',
  (perSecond, refused, text) => {
    expect(verdict('Twinlane', 10, result({ perSecond, refused }))).toBe(text);
  },
);
