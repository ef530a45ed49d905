/** Name of a jest project. See jest.config.js. */
export type TierName = 'unit' | 'slow' | 'system';

/** Maximum number of unsteady files with which the gate passes. */
const UNSTEADY_FILES = 2;

/** Results of a test file in one run. */
export interface FileResult {
  /** Relative to the project's folder. */
  readonly file: string;
  readonly passed: number;
  /** At least 1 if the file itself failed, for example because it does not compile. */
  readonly failed: number;
}

/** Results of a tier in one run. */
export interface TierResult {
  readonly tier: TierName;
  readonly seconds: number;
  readonly files: readonly FileResult[];
  /** True if something other than a test failed, such as jest itself or its configuration. */
  readonly broken: boolean;
}

export interface Verdict {
  readonly ok: boolean;
  /** Lines to print at the end. The last one is `N passed, N failed`. */
  readonly lines: readonly string[];
}

/** @returns the files to run again, alone; none if there are too many for the gate to pass */
export function filesToRepeat(results: readonly TierResult[]): { tier: TierName; file: string }[] {
  const failed = results.flatMap(({ tier, files }) =>
    files.filter((file) => file.failed > 0).map(({ file }) => ({ tier, file })),
  );
  return failed.length > UNSTEADY_FILES ? [] : failed;
}

/** @param repeated - results of {@link filesToRepeat}, each file run alone */
export function verdict(results: readonly TierResult[], repeated: readonly FileResult[]): Verdict {
  const failures = results.flatMap(({ files }) => files.filter(({ failed }) => failed > 0));
  const unsteady = repeated.filter(({ failed }) => failed === 0);
  const files = results
    .flatMap((result) => result.files)
    .map((first) => unsteady.find(({ file }) => file === first.file) ?? first);
  const sum = (key: 'passed' | 'failed', of: readonly FileResult[]) => of.reduce((all, each) => all + each[key], 0);
  const broken = results.filter((result) => result.broken);
  const passed = sum('passed', files);
  const failed = sum('failed', files) + broken.length;
  return {
    ok: failed === 0 && passed > 0,
    lines: [
      ...results.map(
        (result) =>
          `${result.tier.padEnd(8)}${count(sum('passed', result.files))} passed${count(sum('failed', result.files))} failed${count(Math.round(result.seconds))} s`,
      ),
      ...broken.map(({ tier }) => `${tier}: jest itself failed. Fix: see its error above.`),
      ...failures
        .filter(({ file }) => !unsteady.some((other) => other.file === file))
        .map(({ file }) => `failed: ${file}`),
      ...unsteady.map(({ file }) => `unsteady: ${file} failed, and passed when it ran again alone`),
      ...(failures.length > UNSTEADY_FILES
        ? [
            `${failures.length} files failed. None ran again, because the gate passes with at most ${UNSTEADY_FILES} unsteady files.`,
          ]
        : []),
      `${passed} passed, ${failed} failed`,
    ],
  };
}

function count(value: number): string {
  return value.toLocaleString('en').padStart(7);
}
