import { AssemblyError } from './assembly/assembly-error';
import { humanTerminal } from './supervisor/human-terminal';
import { jsonTerminal } from './supervisor/json-terminal';
import { parseOptions } from './supervisor/options';
import { Refusal } from './supervisor/refusal';
import { Runner } from './supervisor/runner';

/**
 * Runs what the command line says, until it is told to stop; ends the process.
 *
 * @param argv - as `process.argv`
 */
export async function run(argv: readonly string[]): Promise<void> {
  const options = parseOptions(argv);
  const { stdout } = process;
  const write = (text: string) => stdout.write(text);
  const colour = stdout.isTTY && !process.env.NO_COLOR;
  const terminal = options.json ? jsonTerminal(write) : humanTerminal({ write, colour, columns: stdout.columns });
  const runner = new Runner(options, terminal);

  const exit = async (code: number, now: boolean) => {
    await runner.stop(now);
    process.exit(code);
  };
  // The first signal lets everything finish; the second one stops at once.
  const signalled = () => {
    if (!runner.stopped) {
      terminal.log({
        lane: 'runner',
        level: 'info',
        text: 'Stopping: what is open is finished first; Ctrl-C again stops at once',
      });
    }
    void exit(0, runner.stopped);
  };
  process.on('SIGINT', signalled);
  process.on('SIGTERM', signalled);
  // Whoever read the output has gone, as `head` does.
  stdout.on('error', () => void exit(0, true));

  try {
    await runner.start();
  } catch (error) {
    if (!runner.stopped) {
      console.error(error instanceof Refusal || error instanceof AssemblyError ? error.message : error);
      await exit(1, true);
    }
  }
}
