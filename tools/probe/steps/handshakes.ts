import type { Context } from './context';

/** Opens sockets one after the other, and closes them. */
export async function handshakes(_context: Context): Promise<void> {}
