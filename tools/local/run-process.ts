import type { Invocation, Log } from './log-line';
import type { Checkpoint, Instruction, Report, Setup } from './setup';

/** A running process of the runner. */
export interface RunningProcess {
  /** Parts that do not work, a sentence each: `Web: no task is healthy: …`. @default - none */
  readonly problems?: readonly string[];
  /** Replaces the code without stopping. */
  update(setup: Setup): Promise<void>;
  /** Lets open requests finish, and stops everything. */
  stop(): Promise<void>;
}

/** Reports of a process beside its log. */
export interface Tell {
  remember(checkpoint: Checkpoint): void;
  /** Undefined if the run does not need invocations. */
  invoked?(invocation: Invocation): void;
}

/**
 * The main function of a process: starts, updates and stops its part of the app as the supervisor instructs, and ends when the
 * supervisor ends, even if the supervisor is killed.
 *
 * @param start - resolves when the part is ready; rejects with an error whose message is for the user
 */
export function runProcess(start: (setup: Setup, log: Log, tell: Tell) => Promise<RunningProcess>): void {
  const report = (message: Report) => {
    if (process.connected) {
      // The channel can close while a last line is being sent.
      process.send?.(message, undefined, undefined, () => undefined);
    }
  };
  let running: Promise<RunningProcess> | undefined;

  process.on('message', (instruction: Instruction) => {
    if ('start' in instruction) {
      running = start(instruction.start, (log) => report({ log }), {
        remember: (checkpoint) => report({ checkpoint }),
        ...(instruction.start.invocations && { invoked: (invocation) => report({ invocation }) }),
      });
      running
        .then(({ problems = [] }) => {
          report({ problems });
          report({ ready: true });
        })
        .catch((error: Error) => report({ failed: error.message }));
    } else if ('update' in instruction) {
      running
        ?.then(async (one) => {
          await one.update(instruction.update);
          report({ problems: one.problems ?? [] });
        })
        .catch((error: Error) => report({ failed: error.message }));
    } else {
      end();
    }
  });
  // The supervisor was killed. No process must outlive it.
  process.on('disconnect', () => process.exit());
  // Ctrl-C in a terminal, and some senders of SIGTERM, signal every process. The supervisor decides when this one stops.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);

  function end(): void {
    Promise.resolve(running)
      .then((one) => one?.stop())
      .catch((error: Error) => report({ failed: error.message }))
      .finally(() => process.exit());
  }
}
