import { alternatives } from '../../../tools/cost/alternatives';
import type { Work } from '../../../tools/cost/alternatives/use';

/** 730 messages of a topic in a month: 7,300 publishes and 1,460,000 deliveries. */
const WORK: Work = { connections: 2000, topics: 10, rate: 1 / 3600, bytes: 6000 };

function costsOf(work: Work) {
  return Object.fromEntries(alternatives(work).map(({ service, usd, reason }) => [service, usd ?? reason]));
}

function costOf(service: string, work: Partial<Work>) {
  return costsOf({ ...WORK, ...work })[service];
}

describe('the cost of a month on managed services', () => {
  it('agrees with the sums that were computed by hand', () => {
    expect(costsOf(WORK)).toEqual({
      // 6,000 bytes are 2 units: 2 × 1,467,300 operations. 2,000 × 43,800 connection minutes.
      'AppSync Events': expect.closeTo(2.9346 + 7.008, 6),
      'IoT Core': expect.closeTo(2.9346 + 7.008, 6),
      // A package, and 2, 88 and 1 started millions of messages, connection minutes and channel minutes.
      Ably: expect.closeTo(29 + 5 + 88 + 1, 6),
      // 6,000 bytes are 3 units: 21,900 publishes and 4,380,000 deliveries.
      PubNub: expect.closeTo(2.6937 + 144.54, 6),
      'Pusher Channels': 99,
      // 2 units of 30.41667 days. Fewer than 60.8 million messages.
      'Azure Web PubSub': expect.closeTo(97.941667, 5),
      // Requests and duration are less than the plan contains.
      'Cloudflare Durable Objects': 5,
    });
  });

  it('contains the lower price of the second band of IoT Core', () => {
    // 1,000,001 messages a second for 2,628,000 s: 1, 4 and 2,623 thousand million messages at three prices.
    const deliveries = 1_000_001 * 2_628_000;
    expect(costOf('IoT Core', { connections: 1e6, topics: 1, rate: 1, bytes: 512 })).toBeCloseTo(
      1000 + 3200 + (deliveries - 5e9) * 7e-7 + 3504,
      2,
    );
  });

  it('contains the messages beyond the units of Azure Web PubSub', () => {
    // One unit has 30.41667 million messages to clients of the 262.8 million.
    expect(costOf('Azure Web PubSub', { connections: 100, topics: 1, rate: 1, bytes: 512 })).toBeCloseTo(
      48.970833 + 262.8 - 30.416667,
      4,
    );
  });

  it('contains requests to several objects, and the duration of sends, of Cloudflare Durable Objects', () => {
    // 2,628,000 publishes to 4 objects are 10,512,000 requests. They work for 105,120 s, and sends for 4,993,200 s.
    const gigabyteSeconds = (105_120 + 4_993_200) * 0.128;
    expect(costOf('Cloudflare Durable Objects', { connections: 1e5, topics: 1, rate: 1, bytes: 512 })).toBeCloseTo(
      5 + 9.512 * 0.15 + (gigabyteSeconds - 400_000) * 12.5e-6,
      6,
    );
  });

  it.each([
    ['Ably', { connections: 10_001, rate: 0 }, 399 + 439 + 1],
    ['Ably', { connections: 50_001, rate: 0 }, 'larger than the packages with a list price'],
    ['Ably', { connections: 50_000, topics: 50_001, rate: 0 }, 'larger than the packages with a list price'],
    ['Ably', { connections: 100, topics: 1, rate: 100 }, 'larger than the packages with a list price'],
    ['Pusher Channels', { connections: 500, rate: 0 }, 49],
    ['Pusher Channels', { connections: 501, rate: 0 }, 99],
    ['Pusher Channels', { connections: 10_000, rate: 0 }, 499],
    ['Pusher Channels', { connections: 10_001, rate: 0 }, 'larger than the plans of the price list'],
    ['Pusher Channels', { connections: 100, topics: 1, rate: 1 }, 'messages a day of the plan not known'],
    ['Azure Web PubSub', { connections: 100_000, rate: 0 }, expect.closeTo(4897.083333, 5)],
    ['Azure Web PubSub', { connections: 100_001, rate: 0 }, 'more than 100,000 connections'],
    ['PubNub', { rate: 0 }, 0],
  ])('of %s for %j is %p, or there is a reason for no price', (service, work, expected) => {
    expect(costOf(service, work)).toEqual(expected);
  });

  it('never falls when connections or messages are added, as long as there is a price', () => {
    const steps = [1, 10, 500, 501, 2000, 10_000, 10_001, 50_000, 1e6];
    for (const rate of [0, 1 / 3600, 1 / 60]) {
      const bills = steps.map((connections) => alternatives({ connections, topics: 1, rate, bytes: 512 }));
      for (const [index, bill] of bills.slice(1).entries()) {
        for (const [row, { service, usd }] of bill.entries()) {
          const before = bills[index]?.[row]?.usd;
          if (usd !== undefined && before !== undefined) {
            expect([service, usd >= before]).toEqual([service, true]);
          }
        }
      }
    }
  });

  it('names the prices that it is made of', () => {
    for (const { service, prices } of alternatives(WORK)) {
      expect([service, prices.length > 0]).toEqual([service, true]);
    }
  });
});
