import * as fc from 'fast-check';
import type { Finding } from '../../../tools/verify/check';
import { report } from '../../../tools/verify/report';
import { table } from '../../../tools/verify/table';
import { NOW } from './kept-promises';

const FINDINGS: Finding[] = [
  { group: 'Records', promise: 'There is an A record', found: 'an alias', verdict: 'kept' },
  { group: 'Records', promise: 'There is an AAAA record', found: 'no AAAA record', verdict: 'broken' },
  {
    group: 'Tables',
    promise: 'The log can be restored to any second',
    found: 'not permitted: allow dynamodb:DescribeContinuousBackups',
    verdict: 'unknown',
  },
];

const DEPLOYED = { stack: 'Twinlane-test', region: 'us-east-1' };
const REPORT = report(DEPLOYED, NOW, FINDINGS, [
  'the web ACL: whether it stands in front of the load balancer, and its rules',
]);

describe('table', () => {
  it('shows promise, found and verdict under their groups, and sums up', () => {
    expect(table(REPORT, { width: 72, colour: false })).toBe(
      [
        'Twinlane-test in us-east-1',
        '',
        '  promise                         found                          verdict',
        '',
        'Records',
        '  There is an A record            an alias                       kept',
        '  There is an AAAA record         no AAAA record                 broken',
        '',
        'Tables',
        '  The log can be restored to any  not permitted: allow           unknown',
        '  second                          dynamodb:DescribeContinuousBa',
        '                                  ckups',
        '',
        'Not asked',
        '  the web ACL: whether it stands in front of the load balancer, and its',
        '  rules',
        '',
        '3 promises: 1 kept, 1 broken, 1 unknown',
        '',
      ].join('\n'),
    );
  });

  it('says nothing of what was not asked where all was', () => {
    expect(table(report(DEPLOYED, NOW, FINDINGS, []), { width: 72, colour: false })).not.toContain('Not asked');
  });

  it('colours the verdicts only, and only where it may', () => {
    const coloured = table(REPORT, { width: 72, colour: true });

    const plain = table(REPORT, { width: 72, colour: false });

    expect(coloured).toBe(
      plain
        .replace(/kept$/m, '\u001B[32mkept\u001B[39m')
        .replace(/broken$/m, '\u001B[31mbroken\u001B[39m')
        .replace(/unknown$/m, '\u001B[33munknown\u001B[39m'),
    );
  });

  it('fits any terminal of 50 columns or more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 50, max: 300 }), (width) => {
        const lines = table(REPORT, { width, colour: false }).split('\n');

        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('is as for 50 columns in a narrower terminal', () => {
    expect(table(REPORT, { width: 0, colour: false })).toBe(table(REPORT, { width: 50, colour: false }));
  });
});
