import { guarded } from './events';
import type { Settings } from './options';

export function log({ log: write, clock }: Settings, event: string, detail?: unknown): void {
  if (write) {
    guarded(() => write({ at: clock.date(), event, detail }));
  }
}
