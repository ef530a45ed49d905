import type { Log } from './log-line';
import type { Checkpoint, Instruction, Report, Setup } from './setup';

/** A part of the runner, running. */
export interface Part {
  /** Takes code that was made again, without stopping. */
  update(setup: Setup): Promise<void>;
  /** Finishes what is open, and leaves nothing running. */
  stop(): Promise<void>;
}

/**
 * The main function of a part's process: starts the part as the supervisor tells it to, stops it when told, and ends with the
 * supervisor, however that ends.
 *
 * @param start - resolves when the part serves; rejects with a sentence for a person
 */
export function runPart(
  start: (setup: Setup, log: Log, remember: (checkpoint: Checkpoint) => void) => Promise<Part>,
): void {
  const report = (message: Report) => {
    if (process.connected) {
      // The channel may close while a last line is on its way.
      process.send?.(message, undefined, undefined, () => undefined);
    }
  };
  let running: Promise<Part> | undefined;

  process.on('message', (instruction: Instruction) => {
    if ('start' in instruction) {
      running = start(
        instruction.start,
        (log) => report({ log }),
        (checkpoint) => report({ checkpoint }),
      );
      running.then(() => report({ ready: true })).catch((error: Error) => report({ failed: error.message }));
    } else if ('update' in instruction) {
      running
        ?.then((part) => part.update(instruction.update))
        .catch((error: Error) => report({ failed: error.message }));
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
      .then((part) => part?.stop())
      .catch((error: Error) => report({ failed: error.message }))
      .finally(() => process.exit());
  }
}
