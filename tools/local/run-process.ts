import type { Log } from './log-line';
import type { Checkpoint, Instruction, Report, Setup } from './setup';

/** A process of the runner, running. */
export interface RunningProcess {
  /** Takes code that was made again, without stopping. */
  update(setup: Setup): Promise<void>;
  /** Finishes what is open, and leaves nothing running. */
  stop(): Promise<void>;
}

/**
 * The main function of a process: starts and stops what runs there as the supervisor says, and ends with the supervisor, however
 * that ends.
 *
 * @param start - resolves when it serves; rejects with a sentence for a person
 */
export function runProcess(
  start: (setup: Setup, log: Log, remember: (checkpoint: Checkpoint) => void) => Promise<RunningProcess>,
): void {
  const report = (message: Report) => {
    if (process.connected) {
      // The channel may close while a last line is on its way.
      process.send?.(message, undefined, undefined, () => undefined);
    }
  };
  let running: Promise<RunningProcess> | undefined;

  process.on('message', (instruction: Instruction) => {
    if ('start' in instruction) {
      running = start(
        instruction.start,
        (log) => report({ log }),
        (checkpoint) => report({ checkpoint }),
      );
      running.then(() => report({ ready: true })).catch((error: Error) => report({ failed: error.message }));
    } else if ('update' in instruction) {
      running?.then((one) => one.update(instruction.update)).catch((error: Error) => report({ failed: error.message }));
    } else {
      end();
    }
  });
  // The supervisor was killed: nobody is left to finish anything for, and nothing may outlive it.
  process.on('disconnect', () => process.exit());
  // A terminal sends Ctrl-C to every process, and others send SIGTERM to all; the supervisor says when it is this one's turn.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);

  function end(): void {
    Promise.resolve(running)
      .then((one) => one?.stop())
      .catch((error: Error) => report({ failed: error.message }))
      .finally(() => process.exit());
  }
}
