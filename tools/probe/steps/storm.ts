import type { Context } from './context';

/** Rounds of requests without and with frames, in random order. */
export async function storm(_context: Context): Promise<void> {}
