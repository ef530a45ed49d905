import type { Context } from './context';

/** Requests a path that does not exist, to find out which software answers. */
export async function evidence(_context: Context): Promise<void> {}
