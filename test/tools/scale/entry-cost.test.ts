import { type EntryCost, entryCost } from '../../../tools/scale/entry-cost';
import { cheaperFrom } from '../../../tools/scale/entry-tables';
import { DEFAULTS, type Load } from '../../../tools/scale/load';

const HOURS = 730;

const of = (changed: Partial<Load>): EntryCost => entryCost({ ...DEFAULTS, rate: 0, connections: 30_000, ...changed });
const ofServers = (changed: Partial<Load> = {}) => of({ entry: 'servers', ...changed });

describe('the cost of an entry for a month', () => {
  it('of API Gateway has the connection minutes, and a message for each post, frame and answer', () => {
    expect(of({}).connections).toBeCloseTo(30_000 * HOURS * 60 * 2.5e-7, 6);
    const frames = 30_000 * (1 / 240 + 1 / 6150);
    expect(of({}).messages).toBeCloseTo(3600 * HOURS * 2 * frames * 1e-6, 6);
    const rate = 0.001;
    expect(of({ rate }).messages - of({}).messages).toBeCloseTo(3600 * HOURS * 30_000 * rate * 1e-6, 0);
  });

  it('of API Gateway has a lower price for the messages beyond a thousand million', () => {
    const messages = (rate: number) => of({ rate, pingInterval: 0 }).messages;
    expect(messages(1)).toBeGreaterThan(1000);
    const posts = 30_000 * 3600 * HOURS;
    expect((messages(2) - messages(1)) / posts).toBeLessThan(8e-7 + 1e-9);
    expect(messages(0.1) / posts).toBeGreaterThan(0.8e-7);
  });

  it('of servers has the load balancer with its addresses, the largest dimension of an LCU, and the tasks', () => {
    expect(ofServers().connections).toBeCloseTo(HOURS * (0.0225 + 3 * 0.005 + 10 * 0.008), 6);
    // 30,000 frames of 512 bytes a second are 55 GB an hour.
    expect(ofServers({ rate: 1 }).connections).toBeCloseTo(HOURS * (0.0225 + 3 * 0.005 + 55.296 * 0.008), 6);
    expect(ofServers().compute).toBeCloseTo(HOURS * 10 * (0.25 * 0.03238 + 0.5 * 0.00356), 6);
    expect(ofServers({ connections: 1 }).compute).toBeCloseTo(ofServers().compute / 5, 6);
    expect(ofServers({ rate: 1 }).messages).toBe(0);
  });

  it('is the sum of its parts', () => {
    for (const { total, ...parts } of [of({ rate: 1 }), ofServers({ rate: 1 })]) {
      expect(total).toBeCloseTo(
        Object.values(parts).reduce((sum, part) => sum + part, 0),
        6,
      );
    }
  });

  it('has fewer posts and table writes with servers', () => {
    expect(ofServers({ rate: 0.1 }).posting).toBeLessThan(of({ rate: 0.1 }).posting / 100);
    expect(ofServers().table).toBeLessThan(of({}).table / 10);
  });

  it.each([0, 1 / 60, 1])(
    'is less with servers from the number of connections that the table names, at the rate %d',
    (rate) => {
      const from = cheaperFrom(rate, () => 1) ?? 0;
      expect(from).toBeGreaterThan(1);
      const isCheaper = (connections: number) =>
        ofServers({ connections, rate }).total < of({ connections, rate }).total;
      expect(isCheaper(from - 1)).toBe(false);
      // The number of tasks grows in steps, none of which makes servers more expensive again.
      for (let connections = from; connections < 1e7; connections = Math.ceil(connections * 1.05)) {
        expect(isCheaper(connections)).toBe(true);
      }
    },
  );
});
