import * as fc from 'fast-check';
import type { Finding } from '../../../tools/aws-checks/check';
import { report } from '../../../tools/aws-checks/report';
import { table } from '../../../tools/aws-checks/table';

const NOW = new Date('2026-03-01T00:00:00Z');

const FINDINGS: Finding[] = [
  { group: 'Records', expected: 'There is an A record', found: 'an alias', result: 'passed' },
  { group: 'Records', expected: 'There is an AAAA record', found: 'no AAAA record', result: 'failed' },
  {
    group: 'Tables',
    expected: 'The log has point-in-time recovery',
    found: 'access denied. Fix: allow dynamodb:DescribeContinuousBackups',
    result: 'unknown',
  },
  { group: 'Tables', expected: 'The log has time to live', found: 'ENABLING', result: 'pending' },
];

const DEPLOYED = { stack: 'Twinlane-test', region: 'us-east-1' };
const REPORT = report(DEPLOYED, NOW, FINDINGS, [
  'the web ACL: whether it is associated with the load balancer, and its rules',
]);

describe('The table of the findings', () => {
  it('shows the checks of each group in columns, and a summary', () => {
    expect(table(REPORT, { width: 72, color: false })).toBe(
      [
        'Twinlane-test in us-east-1',
        '',
        '  expected                        found                          result',
        '',
        'Records',
        '  There is an A record            an alias                       passed',
        '  There is an AAAA record         no AAAA record                 failed',
        '',
        'Tables',
        '  The log has point-in-time       access denied. Fix: allow      unknown',
        '  recovery                        dynamodb:DescribeContinuousBa',
        '                                  ckups',
        '  The log has time to live        ENABLING                       pending',
        '',
        'Not checked',
        '  the web ACL: whether it is associated with the load balancer, and its',
        '  rules',
        '',
        '4 checks: 1 passed, 1 failed, 1 unknown, 1 pending',
        '',
      ].join('\n'),
    );
  });

  it('has no section "Not checked" if everything was checked', () => {
    expect(table(report(DEPLOYED, NOW, FINDINGS, []), { width: 72, color: false })).not.toContain('Not checked');
  });

  it('colors only the results, and only if colors are on', () => {
    const colored = table(REPORT, { width: 72, color: true });

    const plain = table(REPORT, { width: 72, color: false });

    expect(colored).toBe(
      plain
        .replace(/passed$/m, '\u001B[32mpassed\u001B[39m')
        .replace(/failed$/m, '\u001B[31mfailed\u001B[39m')
        .replace(/unknown$/m, '\u001B[33munknown\u001B[39m')
        .replace(/pending$/m, '\u001B[36mpending\u001B[39m'),
    );
  });

  it('fits into any terminal of at least 50 columns', () => {
    fc.assert(
      fc.property(fc.integer({ min: 50, max: 300 }), (width) => {
        const lines = table(REPORT, { width, color: false }).split('\n');

        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('has 50 columns in a narrower terminal', () => {
    expect(table(REPORT, { width: 0, color: false })).toBe(table(REPORT, { width: 50, color: false }));
  });
});
