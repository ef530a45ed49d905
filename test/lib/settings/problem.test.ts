import { formatProblems } from '../../../lib/settings/settings';

const problem = { path: 'twinlane.dev.hosts.http', value: 'x', rule: 'must be so', fix: 'use "so"' };

describe('formatProblems', () => {
  test('gives every problem with the value received, and its fix, in order', () => {
    expect(formatProblems([problem, { ...problem, path: 'stage', value: undefined, rule: 'is required' }])).toBe(
      [
        'The settings in cdk.json have 2 problems:',
        '',
        '  twinlane.dev.hosts.http must be so, got "x".',
        '  Fix: use "so".',
        '',
        '  stage is required.',
        '  Fix: use "so".',
      ].join('\n'),
    );
  });

  test('cuts a long value', () => {
    expect(formatProblems([{ ...problem, value: 'x'.repeat(1000) }])).toContain(`, got "${'x'.repeat(79)}….\n`);
  });

  test('escapes characters that look like other letters or control the terminal, in every part', () => {
    const controls = '\u001b[2J\u202e\u0430';
    const text = formatProblems([{ path: controls, value: controls, rule: controls, fix: controls }]);
    expect(text).not.toMatch(/[^ -~\n]/);
    expect(text).toContain('\\u0430');
  });
});
