import { filesToRepeat, type TierResult, verdict } from '../../../tools/check/tier';

function unit(...files: [file: string, passed: number, failed: number][]): TierResult {
  return {
    tier: 'unit',
    seconds: 41.6,
    broken: false,
    files: files.map(([file, passed, failed]) => ({ file, passed, failed })),
  };
}

const system: TierResult = {
  ...unit(['test/system/crash.test.ts', 9, 1]),
  tier: 'system',
  seconds: 312.2,
};

describe('a file that failed', () => {
  test('runs again, in its tier', () => {
    expect(filesToRepeat([unit(['a.test.ts', 3, 0], ['b.test.ts', 0, 2]), system])).toEqual([
      { tier: 'unit', file: 'b.test.ts' },
      { tier: 'system', file: 'test/system/crash.test.ts' },
    ]);
  });

  test('does not run again if more than two files failed, because the gate fails anyway', () => {
    expect(filesToRepeat([unit(['a.test.ts', 0, 1], ['b.test.ts', 0, 1]), system])).toEqual([]);
  });
});

describe('the verdict of npm test', () => {
  test('shows the number of tests and the time of each tier, and ends with the sum', () => {
    expect(verdict([unit(['a.test.ts', 1200, 0]), { ...system, files: [] }], [])).toEqual({
      ok: true,
      lines: [
        'unit      1,200 passed      0 failed     42 s',
        'system        0 passed      0 failed    312 s',
        '1200 passed, 0 failed',
      ],
    });
  });

  test('is a pass if a failed file passes when it runs alone, and names it as unsteady', () => {
    const again = { file: 'test/system/crash.test.ts', passed: 10, failed: 0 };
    const { ok, lines } = verdict([unit(['a.test.ts', 3, 0]), system], [again]);
    expect(ok).toBe(true);
    expect(lines.slice(2)).toEqual([
      'unsteady: test/system/crash.test.ts failed, and passed when it ran again alone',
      '13 passed, 0 failed',
    ]);
  });

  test('is a failure if a file fails twice', () => {
    const again = { file: 'test/system/crash.test.ts', passed: 8, failed: 2 };
    const { ok, lines } = verdict([unit(['a.test.ts', 3, 0]), system], [again]);
    expect(ok).toBe(false);
    expect(lines.slice(2)).toEqual(['failed: test/system/crash.test.ts', '12 passed, 1 failed']);
  });

  test('is a failure if three files fail, and says that none ran again', () => {
    const { ok, lines } = verdict([unit(['a.test.ts', 3, 1], ['b.test.ts', 3, 1]), system], []);
    expect(ok).toBe(false);
    expect(lines).toContain('3 files failed. None ran again, because the gate passes with at most 2 unsteady files.');
    expect(lines.at(-1)).toBe('15 passed, 3 failed');
  });

  test('is a failure if jest itself fails or no test runs', () => {
    expect(verdict([{ ...unit(['a.test.ts', 3, 0]), broken: true }], [])).toMatchObject({ ok: false });
    expect(verdict([unit()], [])).toMatchObject({ ok: false });
  });
});
