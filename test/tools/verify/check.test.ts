import { check, findings } from '../../../tools/verify/check';
import type { Outcome, Question } from '../../../tools/verify/question';

const question = (subject: string): Question<string> => ({
  action: 'x:Get',
  arn: '*',
  subject,
  ask: async () => subject,
});
const one = question('one');
const two = question('two');

const verdictOf = (...outcomes: [Question, Outcome][]) =>
  findings(
    [{ name: 'group', checks: [check('promise', [one, two], (a, b) => ({ kept: a < b, found: `${a}, ${b}` }))] }],
    new Map(outcomes),
  );

describe('A check of two questions', () => {
  it('is judged by both answers, in their order', () => {
    expect(verdictOf([two, { answer: '2' }], [one, { answer: '1' }])).toEqual([
      { group: 'group', promise: 'promise', found: '1, 2', verdict: 'kept' },
    ]);
    expect(verdictOf([two, { answer: '1' }], [one, { answer: '2' }])).toMatchObject([
      { found: '2, 1', verdict: 'broken' },
    ]);
  });

  it('is broken by one missing resource, even if the other question stays unanswered', () => {
    const missing = { missing: 'no such thing' };
    const unanswered = { unanswered: 'denied' };

    for (const outcomes of [
      [missing, unanswered],
      [unanswered, missing],
    ] as const) {
      expect(verdictOf([one, outcomes[0]], [two, outcomes[1]])).toMatchObject([
        { found: 'no such thing', verdict: 'broken' },
      ]);
    }
  });

  it('is unknown if one stays unanswered, for the first reason', () => {
    expect(verdictOf([one, { answer: '1' }], [two, { unanswered: 'denied' }])).toMatchObject([
      { found: 'denied', verdict: 'unknown' },
    ]);
    expect(verdictOf([one, { unanswered: 'first' }], [two, { unanswered: 'second' }])).toMatchObject([
      { found: 'first', verdict: 'unknown' },
    ]);
  });

  it('cannot be judged before both are asked', () => {
    expect(() => verdictOf([one, { answer: '1' }])).toThrow('two was never asked for');
  });
});
