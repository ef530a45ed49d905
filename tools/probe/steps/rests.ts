import type { Context } from './context';

/** Requests after some seconds without any. */
export async function rests(_context: Context): Promise<void> {}
