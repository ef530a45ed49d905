import { Unavailable } from '../realtime/ports';

/** @returns `busy` for a temporary failure, so that the operation is repeated. Throws other errors */
export function busyIfUnavailable(error: unknown): 'busy' {
  ignoreUnavailable(error);
  return 'busy';
}

/** Ignores a temporary failure. Throws other errors. */
export function ignoreUnavailable(error: unknown): void {
  if (!(error instanceof Unavailable)) {
    throw error;
  }
}
