import { writeFileSync } from 'node:fs';
import { CommandError } from '../../cli';

/** Writes a page. @throws {CommandError} if the file cannot be written */
export function writePage(file: string, page: string): void {
  try {
    writeFileSync(file, page);
  } catch (error) {
    throw new CommandError(
      `The file of --html cannot be written: ${(error as Error).message}. Fix: use a path in a folder that exists and that you can write to.`,
      { cause: error },
    );
  }
}
