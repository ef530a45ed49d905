import * as fc from 'fast-check';
import { runQueries } from '../../../tools/aws-checks/run-queries';
import type { Query } from '../../../tools/aws-checks/query';

describe('Queries', () => {
  it('run once each, at most four at a time, and are counted as they finish', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.nat({ max: 20 }), async (scheduler, count) => {
        const started: number[] = [];
        let open = 0;
        let mostOpen = 0;
        const queries = Array.from({ length: count }, (_, number): Query => ({
          action: 'x:Get',
          arn: '*',
          subject: `${number}`,
          run: async () => {
            started.push(number);
            open += 1;
            mostOpen = Math.max(mostOpen, open);
            await scheduler.schedule(Promise.resolve());
            open -= 1;
            return number;
          },
        }));
        const counted: number[] = [];

        const outcomes = await scheduler.waitFor(runQueries(new Set(queries), (finished) => counted.push(finished)));

        expect(started).toEqual(queries.map((_, number) => number));
        expect(queries.map((query) => outcomes.get(query))).toEqual(started.map((answer) => ({ answer })));
        expect(mostOpen).toBe(Math.min(4, count));
        expect(counted).toEqual(started.map((number) => number + 1));
      }),
      { numRuns: 50 },
    );
  });

  it('stop after a bug in one of them, and reject when no other runs', async () => {
    const started: number[] = [];
    const ended: number[] = [];
    const queries = Array.from({ length: 10 }, (_, number): Query => ({
      action: 'x:Get',
      arn: '*',
      subject: `${number}`,
      run: async () => {
        started.push(number);
        if (number === 1) {
          throw new TypeError('a bug');
        }
        for (let step = 0; step < 10; step += 1) {
          await Promise.resolve();
        }
        ended.push(number);
        return number;
      },
    }));

    await expect(runQueries(new Set(queries), () => undefined)).rejects.toThrow('a bug');

    expect(started).toEqual([0, 1, 2, 3]);
    expect(ended).toEqual([0, 2, 3]);
  });
});
