import type { Context } from './context';

/** Reads the certificate, and opens a second connection to find out if the session is resumed. */
export async function tls(_context: Context): Promise<void> {}
