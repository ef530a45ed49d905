import * as fc from 'fast-check';
import type { Verdict } from '../../../tools/verify/check';
import { exitCode, report } from '../../../tools/verify/report';
import { NOW, STACK } from './kept-promises';

const verdict = fc.constantFrom<Verdict>('kept', 'broken', 'unknown');

const reportOf = (verdicts: readonly Verdict[]) =>
  report(
    { stack: STACK, region: 'us-east-1' },
    NOW,
    verdicts.map((verdict) => ({ group: 'g', promise: 'p', found: 'f', verdict })),
    ['a web ACL'],
  );

describe('report', () => {
  it('has the shape that --json promises', () => {
    expect(reportOf(['kept', 'broken', 'kept'])).toEqual({
      stack: STACK,
      region: 'us-east-1',
      verifiedAt: '2026-03-01T00:00:00.000Z',
      summary: { kept: 2, broken: 1, unknown: 0 },
      findings: [
        { group: 'g', promise: 'p', found: 'f', verdict: 'kept' },
        { group: 'g', promise: 'p', found: 'f', verdict: 'broken' },
        { group: 'g', promise: 'p', found: 'f', verdict: 'kept' },
      ],
      notAsked: ['a web ACL'],
    });
  });

  it('counts every finding once', () => {
    fc.assert(
      fc.property(fc.array(verdict), (verdicts) => {
        const { kept, broken, unknown } = reportOf(verdicts).summary;

        expect(kept + broken + unknown).toBe(verdicts.length);
      }),
    );
  });
});

describe('exitCode', () => {
  const kept = fc.array(fc.constant<Verdict>('kept'));

  it('is 0 where every promise is kept', () => {
    fc.assert(fc.property(kept, (verdicts) => exitCode(reportOf(verdicts)) === 0));
  });

  it('is 1 where any promise is broken, whatever else there is', () => {
    fc.assert(
      fc.property(fc.array(verdict), fc.array(verdict), (before, after) => {
        expect(exitCode(reportOf([...before, 'broken', ...after]))).toBe(1);
      }),
    );
  });

  it('is 2 where any is unknown and none broken', () => {
    fc.assert(fc.property(kept, kept, (before, after) => exitCode(reportOf([...before, 'unknown', ...after])) === 2));
  });
});
