import type { Clock } from './clock';
import { guarded } from './events';

/** An entry of the option `log`. Contains no token and no ticket. */
export interface LogEntry {
  /** Milliseconds since 1970. */
  at: number;
  /** Name of the step: `connecting`, `open`, `closed`, `ping`, `wake`, `retry`, `subscribe`, `unsubscribe`, `presence` or `ignored`. */
  event: string;
  detail?: unknown;
}

interface Settings {
  log?: ((entry: LogEntry) => void) | undefined;
  clock: Clock;
}

export function log({ log: write, clock }: Settings, event: string, detail?: unknown): void {
  if (write) {
    guarded(() => write({ at: clock.date(), event, detail }));
  }
}
