import { Deliveries, sendTimes } from '../../../tools/demo/page/deliveries';

test.each([
  [1, 3],
  [6, 2],
  [40, 8],
])('a load test of %d messages a second sends that many in each of %d seconds', (rate, seconds) => {
  const times = sendTimes(rate, seconds);
  expect(times).toHaveLength(rate * seconds);
  for (let second = 0; second < seconds; second += 1) {
    expect(times.filter((time) => time >= second * 1000 && time < (second + 1) * 1000)).toHaveLength(rate);
  }
});

test('a load test sends its messages in four bursts a second', () => {
  expect(new Set(sendTimes(40, 1))).toEqual(new Set([0, 250, 500, 750]));
});

describe('A message of a load test', () => {
  test('takes from the time at which it was due until it arrived at the last WebSocket', () => {
    const deliveries = new Deliveries<string>();
    deliveries.send('m', 250, ['a', 'b']);
    deliveries.arrive('m', 'a', 260);
    expect(deliveries.missing).toBe(1);
    deliveries.arrive('m', 'b', 300);
    expect(deliveries.missing).toBe(0);
    expect(deliveries.result(1_000)).toEqual({ sent: 1, latencies: [50], perSecond: 1, refused: [] });
  });

  test('that arrives twice at one WebSocket has not arrived at the other', () => {
    const deliveries = new Deliveries<string>();
    deliveries.send('m', 0, ['a', 'b']);
    deliveries.arrive('m', 'a', 10);
    deliveries.arrive('m', 'a', 20);
    expect(deliveries.result(1_000).latencies).toEqual([]);
  });

  test('that is rejected is not missing, and not delivered', () => {
    const deliveries = new Deliveries<string>();
    deliveries.send('m', 0, ['a']);
    deliveries.refuse('m', 'rate_limited');
    expect(deliveries.missing).toBe(0);
    expect(deliveries.result(1_000)).toEqual({ sent: 1, latencies: [], perSecond: 0, refused: ['rate_limited'] });
  });
});

test('a server that delivers each message late by the same time keeps the rate', () => {
  const deliveries = new Deliveries<string>();
  for (const [index, due] of sendTimes(10, 1).entries()) {
    deliveries.send(`${index}`, due, ['a']);
    deliveries.arrive(`${index}`, 'a', due + 900);
  }
  expect(deliveries.result(1_000).perSecond).toBe(10);
});

test('a server that needs twice the duration of a load test has delivered at half the rate', () => {
  const deliveries = new Deliveries<string>();
  for (const [index, due] of sendTimes(10, 1).entries()) {
    deliveries.send(`${index}`, due, ['a']);
    deliveries.arrive(`${index}`, 'a', 100 + index * (2_000 / 9));
  }
  expect(deliveries.result(1_000).perSecond).toBeCloseTo(5);
});
