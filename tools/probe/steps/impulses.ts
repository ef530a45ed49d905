import type { Context } from './context';

/** One handshake or one frame, and a request 2, 10, 20 or 35 ms later, interleaved with requests alone. */
export async function impulses(_context: Context): Promise<void> {}
