import { costOfMillion, costOfProvisionedMonth } from '../../../tools/scale/publish-cost';

const alone = { connections: 1, group: 1 };

describe('the cost of a million publishes', () => {
  it('is the write units, requests, invocations and posts of the way that the messages take', () => {
    const short = costOfMillion({ ...alone, way: 'short' });
    // 1 unit for the rate limit; 6 for the transaction, and the read of the head; 3 requests of SQS.
    expect(short).toMatchObject({ rateLimit: 0.625, queueAndDeliver: 0, posts: 1 });
    expect(short.log).toBeCloseTo(6 * 0.625 + 0.125, 6);
    expect(short.hint).toBeCloseTo(1.2, 6);
    const long = costOfMillion({ ...alone, way: 'long' });
    expect(long).toMatchObject({ hint: 0, push: 0 });
    expect(long.queueAndDeliver).toBeGreaterThan(1.2 + 0.2);
  });

  it('adds a hint and a push after a pause, and saves the queue and the deliver function', () => {
    const [before, short] = [costOfMillion({ ...alone, way: 'before' }), costOfMillion({ ...alone, way: 'short' })];
    const sum = (cost: object) => Object.values(cost).reduce((total: number, part: number) => total + part, 0);
    expect(sum(short) - sum(before)).toBeCloseTo(
      short.hint + short.push + short.dispatch - before.dispatch - before.queueAndDeliver,
      6,
    );
  });

  it('shares the head, the push and the posts in a group', () => {
    const [one, group] = [1, 16].map((size) => costOfMillion({ way: 'long', connections: 100, group: size }));
    expect(group?.posts).toBeCloseTo((one?.posts ?? 0) / 16, 6);
    expect(group?.log).toBeCloseTo(2 * (1 / 16 + 2) * 0.625 + 0.125 / 16, 6);
  });

  it('has a price for an environment that is provisioned for a month', () => {
    expect(costOfProvisionedMonth(1024)).toBeCloseTo(730 * 3600 * 3.3334e-6, 6);
  });
});
