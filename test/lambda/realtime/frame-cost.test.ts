import { costOf } from '../../../lambda/realtime/frame-cost';

const topics = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);

it.each([
  [0, 1],
  [10, 1],
  [11, 2],
  [100, 10],
])('a ping of %s topics costs %s', (count, cost) => {
  expect(costOf({ action: 'ping', topics: topics(count) })).toBe(cost);
});

it('a ping without topics costs 1', () => {
  expect(costOf({ action: 'ping' })).toBe(1);
});

it('a frame costs more if it causes more reads and writes', () => {
  const topic = 'a';
  expect(costOf({ action: 'publish', topic, data: 1 })).toBe(1);
  expect(costOf({ action: 'subscribe', topic })).toBe(2);
  expect(costOf({ action: 'subscribe', topics: topics(100) })).toBe(200);
  expect(costOf({ action: 'unsubscribe', topic })).toBe(1);
  expect(costOf({ action: 'presence', topic })).toBe(5);
});
