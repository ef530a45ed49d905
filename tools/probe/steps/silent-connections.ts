import type { Context } from './context';

/** Requests while TCP connections are open that send nothing. */
export async function silentConnections(_context: Context): Promise<void> {}
