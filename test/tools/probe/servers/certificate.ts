import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../certificates');

/** Certificate authority of these servers. */
export const CA = join(FOLDER, 'ca.pem');

export function certificate(name: 'server' | 'expired' = 'server'): { cert: string; key: string } {
  const read = (file: string) => readFileSync(join(FOLDER, `${file}.pem`), 'utf8');
  return { cert: read(name), key: read('key') };
}
