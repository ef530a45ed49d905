import { CommanderError } from 'commander';

/** Where a command writes. `process` is one. */
export interface Terminal {
  readonly stdout: Stream;
  readonly stderr: Stream;
}

/** The part of a terminal's stream that is used. */
export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** False also where NO_COLOR is set. */
  hasColors?(): boolean;
}

/** A reason for which a command has no result: one sentence for the user, printed without a stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** The exit code of a command that has no result. */
const NO_RESULT = 2;

/**
 * Runs a command and prints what it throws for the user: a {@link CommandError}, or what commander has printed already.
 *
 * @returns the command's exit code, or {@link NO_RESULT}. Throws what is a fault of the command itself
 */
export async function exitCodeOf(command: () => number | Promise<number>, { stderr }: Terminal): Promise<number> {
  try {
    return await command();
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? 0 : NO_RESULT;
    }
    if (error instanceof CommandError) {
      stderr.write(`${error.message}\n`);
      return NO_RESULT;
    }
    throw error;
  }
}

/** Runs the command as this process. A fault of the command itself prints its stack; 2 because it is no result either. */
export async function runAsProcess(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (fault) {
    console.error(fault);
    process.exitCode = NO_RESULT;
  }
}

/** Shows progress on one line that is written over; nothing where the stream is not a terminal. */
export function progressLine(stream: Stream): { show(text: string): void; clear(): void } {
  const write = (text: string) => {
    if (stream.isTTY) {
      stream.write(`\r\u001B[K${text}`);
    }
  };
  return { show: write, clear: () => write('') };
}

/** How text may look where it is printed. */
export interface Look {
  /** Columns. */
  readonly width: number;
  readonly colour: boolean;
}

/** Columns where there is no terminal to ask, as in a log. */
const WIDTH = 120;

/** Colours only on a terminal that has them. */
export function lookOf(stream: Stream): Look {
  return { width: stream.columns ?? WIDTH, colour: Boolean(stream.isTTY && stream.hasColors?.()) };
}

/** Breaks the text at spaces, and within a word that is longer than a line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of text.split(' ').flatMap((word) => cut(word, width))) {
    if (line !== '' && line.length + 1 + piece.length > width) {
      lines.push(line);
      line = piece;
    } else {
      line = line === '' ? piece : `${line} ${piece}`;
    }
  }
  return [...lines, line];
}

function cut(word: string, width: number): string[] {
  return Array.from({ length: Math.ceil(word.length / width) }, (_, piece) =>
    word.slice(piece * width, (piece + 1) * width),
  );
}
