import * as fc from 'fast-check';
import { ask } from '../../../tools/verify/ask';
import type { Question } from '../../../tools/verify/question';

describe('Questions', () => {
  it('are each asked once, at most four at a time, and counted as they are settled', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.nat({ max: 20 }), async (scheduler, count) => {
        const asked: number[] = [];
        let open = 0;
        let mostOpen = 0;
        const questions = Array.from({ length: count }, (_, number): Question => ({
          action: 'x:Get',
          arn: '*',
          subject: `${number}`,
          ask: async () => {
            asked.push(number);
            open += 1;
            mostOpen = Math.max(mostOpen, open);
            await scheduler.schedule(Promise.resolve());
            open -= 1;
            return number;
          },
        }));
        const counted: number[] = [];

        const outcomes = await scheduler.waitFor(ask(new Set(questions), (settled) => counted.push(settled)));

        expect(asked).toEqual(questions.map((_, number) => number));
        expect(questions.map((question) => outcomes.get(question))).toEqual(asked.map((answer) => ({ answer })));
        expect(mostOpen).toBe(Math.min(4, count));
        expect(counted).toEqual(asked.map((number) => number + 1));
      }),
      { numRuns: 50 },
    );
  });
});
