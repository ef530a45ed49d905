import type { CauseId } from './cause';
import type { Framework } from './framework';

/** What to change for a cause, with the names of the framework's settings if it is known. One or two sentences. */
export function fixFor(_cause: CauseId, _framework: Framework | undefined): string {
  return '';
}
