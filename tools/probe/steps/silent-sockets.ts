import type { Context } from './context';

/** Requests while sockets are open that send nothing. */
export async function silentSockets(_context: Context): Promise<void> {}
