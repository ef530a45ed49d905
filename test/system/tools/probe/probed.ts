import { probe } from '../../../../tools/probe/probe';
import type { Report } from '../../../../tools/probe/report';
import { recordingTerminal } from '../../../tools/recording-terminal';

/** Maximum number of runs, more than a machine that can run tests needs. */
const ATTEMPTS = 5;

/** Exit code of a run that was disturbed. */
const DISTURBED = 2;

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
 * Runs the probe until a run is not disturbed by other load on the machine.
 *
 * @param start starts the servers, for each run. @returns arguments of the command
 */
export async function undisturbed(start: () => Promise<readonly string[]>): Promise<Probed> {
  for (let attempt = 1; ; attempt++) {
    const result = await probed(await start());
    if (result.exitCode !== DISTURBED || attempt === ATTEMPTS) {
      return result;
    }
  }
}
