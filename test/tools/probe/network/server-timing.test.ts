import { serverTiming } from '../../../../tools/probe/network/server-timing';

test.each([
  ['db;dur=53.2, app;dur=47', { db: 53.2, app: 47 }],
  ['cache;desc="hit, or miss; dur=9";dur=2, miss', { cache: 2 }],
  ['db ; dur = "5"', { db: 5 }],
  ['db;dur=1, db;dur=2', { db: 3 }],
  [['a;dur=1', 'b;dur=2'], { a: 1, b: 2 }],
  ['cfL4;desc="?proto=TCP&rtt=1"', undefined],
  ['db;dur=x', undefined],
  ['"', undefined],
  [undefined, undefined],
])('the header Server-Timing with %j has the durations %j', (header, durations) => {
  expect(serverTiming(header)).toEqual(durations);
});
