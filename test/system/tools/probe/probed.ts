import { probe } from '../../../../tools/probe/probe';
import type { Report } from '../../../../tools/probe/report';
import { recordingTerminal } from '../../../tools/verify/recording-terminal';

/** More than any machine that can run tests needs. */
const ATTEMPTS = 5;

/** The exit code of a report that says that it cannot tell. */
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

/**
 * Runs the probe until it was not itself disturbed: a report that says it cannot tell is no measurement.
 *
 * @param start starts what is probed, anew each time. @returns arguments of the command
 */
export async function undisturbed(start: () => Promise<readonly string[]>): Promise<Probed> {
  for (let attempt = 1; ; attempt++) {
    const result = await probed(await start());
    if (result.exitCode !== CANNOT_TELL || attempt === ATTEMPTS) {
      return result;
    }
  }
}
