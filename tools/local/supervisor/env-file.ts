import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import type { Values } from '../given-values';
import { UserError } from '../user-error';

/** Reads a file of lines `NAME=VALUE`, in the syntax of Node.js's `--env-file`. Throws a {@link UserError} if it cannot be read. */
export function readEnvFile(file: string): Values {
  try {
    return parseEnv(readFileSync(file, 'utf8')) as Values;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(`It cannot be read (${code}). Fix: pass the path of a file with lines NAME=VALUE.`);
  }
}
