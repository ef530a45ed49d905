import type { Context } from './context';

/** The preflights that a browser sends before the page's request. */
export async function preflights(_context: Context): Promise<void> {}
