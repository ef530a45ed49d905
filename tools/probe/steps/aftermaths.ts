import type { Context } from './context';

/** Looks for a restart of the server, or a reload of the page, in the second after each of three requests. */
export async function aftermaths(_context: Context): Promise<void> {}
