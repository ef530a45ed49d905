import { isRight } from '../../../../tools/bench/probe/judgment';
import { oneRun } from '../../../../tools/bench/probe/one-run';
import type { Case } from '../../../../tools/bench/probe/case';
import { probe } from '../../../../tools/probe/probe';
import type { Report } from '../../../../tools/probe/report/report';
import { recordingTerminal } from '../../../tools/recording-terminal';

/** Maximum number of runs, more than a machine that can run tests needs. */
const ATTEMPTS = 3;

/** Exit code of a run that could decide nothing. A disturbed run is one. */
const CANNOT_TELL = 2;

/** A report, and the exit code of the command that printed it. */
export interface Probed {
  readonly exitCode: number;
  readonly report: Report;
}

/** Runs the probe once. */
export async function probed(args: readonly string[]): Promise<Probed> {
  const terminal = recordingTerminal();
  const exitCode = await probe([...args, '--json'], terminal, new Date(), new AbortController().signal);
  expect(terminal.errors()).toBe('');
  return { exitCode, report: JSON.parse(terminal.printed()) };
}

/** Runs the probe against new servers until a run is not disturbed by other load on the machine, and expects the verdict. */
export async function expectVerdict(planted: Case): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { seconds: _, report, ...judgment } = await oneRun(planted, new AbortController().signal);
    const disturbed = report?.exitCode === CANNOT_TELL && planted.expected.exitCode !== CANNOT_TELL;
    if (isRight(judgment) || !disturbed || attempt === ATTEMPTS) {
      const seen = { answer: report?.answer, causes: report?.causes, undecided: report?.undecided };
      expect({ ...judgment, ...seen }).toEqual({ missed: [], wrongFirst: [], falseFaults: [], ...seen });
      return;
    }
  }
}
