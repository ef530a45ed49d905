import { formatProblems } from '../../../lib/settings/settings';

const problem = { path: 'twinlane.dev.hosts.api', value: 'x', rule: 'must be so', mend: 'write "so"' };

describe('formatProblems', () => {
  test('gives path, value, rule and mend of every problem, in order', () => {
    expect(formatProblems([problem, { ...problem, path: 'stage', value: undefined }])).toBe(
      [
        'The settings in cdk.json have 2 problems:',
        '',
        '  twinlane.dev.hosts.api',
        '    value: "x"',
        '    rule:  must be so',
        '    mend:  write "so"',
        '',
        '  stage',
        '    value: (missing)',
        '    rule:  must be so',
        '    mend:  write "so"',
      ].join('\n'),
    );
  });

  test('cuts a long value', () => {
    expect(formatProblems([{ ...problem, value: 'x'.repeat(1000) }])).toContain(`    value: "${'x'.repeat(79)}…\n`);
  });

  test('escapes what could look like another letter or steer the terminal, wherever it stands', () => {
    const steering = '\u001b[2J\u202e\u0430';
    const text = formatProblems([{ path: steering, value: steering, rule: steering, mend: steering }]);
    expect(text).not.toMatch(/[^ -~\n]/);
    expect(text).toContain('\\u0430');
  });
});
