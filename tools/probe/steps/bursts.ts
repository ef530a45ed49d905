import type { Context } from './context';

/** Two bursts of requests at once, each on a new connection. */
export async function bursts(_context: Context): Promise<void> {}
