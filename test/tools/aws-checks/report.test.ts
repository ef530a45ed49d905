import * as fc from 'fast-check';
import type { Result } from '../../../tools/aws-checks/check';
import { exitCode, report } from '../../../tools/aws-checks/report';

const NOW = new Date('2026-03-01T00:00:00Z');
const STACK = 'Twinlane-test';

const result = fc.constantFrom<Result>('passed', 'failed', 'unknown', 'pending');

const reportOf = (results: readonly Result[]) =>
  report(
    { stack: STACK, region: 'us-east-1' },
    NOW,
    results.map((result) => ({ group: 'g', expected: 'p', found: 'f', result })),
    ['a web ACL'],
  );

describe('The report of the findings', () => {
  it('has the shape that --json documents', () => {
    expect(reportOf(['passed', 'failed', 'passed'])).toEqual({
      stack: STACK,
      region: 'us-east-1',
      checkedAt: '2026-03-01T00:00:00.000Z',
      summary: { passed: 2, failed: 1, unknown: 0, pending: 0 },
      findings: [
        { group: 'g', expected: 'p', found: 'f', result: 'passed' },
        { group: 'g', expected: 'p', found: 'f', result: 'failed' },
        { group: 'g', expected: 'p', found: 'f', result: 'passed' },
      ],
      notChecked: ['a web ACL'],
    });
  });

  it('counts every finding once', () => {
    fc.assert(
      fc.property(fc.array(result), (results) => {
        const { passed, failed, unknown, pending } = reportOf(results).summary;

        expect(passed + failed + unknown + pending).toBe(results.length);
      }),
    );
  });
});

describe('The exit code of a report', () => {
  const only = (...results: Result[]) => fc.array(fc.constantFrom(...results));
  const passed = only('passed');

  it('is 0 if every check passed', () => {
    fc.assert(fc.property(passed, (results) => exitCode(reportOf(results)) === 0));
  });

  it('is 1 if any check failed, whatever the others are', () => {
    fc.assert(
      fc.property(fc.array(result), fc.array(result), (before, after) => {
        expect(exitCode(reportOf([...before, 'failed', ...after]))).toBe(1);
      }),
    );
  });

  it('is 2 if any check is unknown and none failed', () => {
    const others = only('passed', 'pending');
    fc.assert(
      fc.property(others, others, (before, after) => exitCode(reportOf([...before, 'unknown', ...after])) === 2),
    );
  });

  it('is 3 if any check is pending and all others passed', () => {
    fc.assert(
      fc.property(passed, passed, (before, after) => exitCode(reportOf([...before, 'pending', ...after])) === 3),
    );
  });
});
