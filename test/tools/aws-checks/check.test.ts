import { check, findings } from '../../../tools/aws-checks/check';
import type { Outcome, Query } from '../../../tools/aws-checks/query';

const query = (subject: string): Query<string> => ({
  action: 'x:Get',
  arn: '*',
  subject,
  run: async () => subject,
});
const one = query('one');
const two = query('two');

const resultOf = (...outcomes: [Query, Outcome][]) =>
  findings(
    [{ name: 'group', checks: [check('expected', [one, two], (a, b) => ({ passed: a < b, found: `${a}, ${b}` }))] }],
    new Map(outcomes),
  );

describe('A check of two queries', () => {
  it('evaluates both answers, in the order of the queries', () => {
    expect(resultOf([two, { answer: '2' }], [one, { answer: '1' }])).toEqual([
      { group: 'group', expected: 'expected', found: '1, 2', result: 'passed' },
    ]);
    expect(resultOf([two, { answer: '1' }], [one, { answer: '2' }])).toMatchObject([
      { found: '2, 1', result: 'failed' },
    ]);
  });

  it('is pending if it did not pass and AWS is still changing the resource', () => {
    const changing = (passed: boolean) =>
      findings(
        [{ name: 'group', checks: [check('expected', [one], (found) => ({ passed, pending: true, found }))] }],
        new Map([[one, { answer: '1' }]]),
      );

    expect(changing(false)).toMatchObject([{ result: 'pending' }]);
    expect(changing(true)).toMatchObject([{ result: 'passed' }]);
  });

  it('fails if one resource is missing, even if the other query is unanswered', () => {
    const missing = { missing: 'no such thing' };
    const unanswered = { unanswered: 'denied' };

    for (const outcomes of [
      [missing, unanswered],
      [unanswered, missing],
    ] as const) {
      expect(resultOf([one, outcomes[0]], [two, outcomes[1]])).toMatchObject([
        { found: 'no such thing', result: 'failed' },
      ]);
    }
  });

  it('is unknown if a query is unanswered, with the first reason', () => {
    expect(resultOf([one, { answer: '1' }], [two, { unanswered: 'denied' }])).toMatchObject([
      { found: 'denied', result: 'unknown' },
    ]);
    expect(resultOf([one, { unanswered: 'first' }], [two, { unanswered: 'second' }])).toMatchObject([
      { found: 'first', result: 'unknown' },
    ]);
  });

  it('cannot be evaluated before both queries have run', () => {
    expect(() => resultOf([one, { answer: '1' }])).toThrow('The query for two did not run');
  });
});
