import { isRight, judge } from '../../../../tools/bench/probe/judgment';
import type { Case } from '../../../../tools/bench/probe/case';
import { probe } from '../../../../tools/probe/probe';
import type { Report } from '../../../../tools/probe/report/report';
import { recordingTerminal } from '../../../tools/recording-terminal';
import type { Servers } from '../../../tools/probe/servers/start';

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
export async function expectVerdict({ start, expected }: Case, servers: Servers): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { exitCode, report } = await probed(await start(servers));
    await servers.stop();
    expect(report.exitCode).toBe(exitCode);
    const judgment = judge(report, expected);
    const disturbed = exitCode === CANNOT_TELL && expected.exitCode !== CANNOT_TELL;
    if (isRight(judgment) || !disturbed || attempt === ATTEMPTS) {
      const { answer, causes, undecided } = report;
      const seen = { answer, causes, undecided };
      expect({ ...judgment, ...seen }).toEqual({ missed: [], wrongFirst: [], falseFaults: [], ...seen });
      return;
    }
  }
}
