import { Command, CommanderError } from 'commander';

/** Output streams of a command. `process` is one. */
export interface Terminal {
  readonly stdout: Stream;
  readonly stderr: Stream;
}

/** The members of a terminal's stream that commands use. */
export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** False also if NO_COLOR is set. */
  hasColors?(): boolean;
}

/** An error that the user can fix. The message is printed without a stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/**
 * Creates a command whose errors about arguments name its help.
 *
 * @param name - as in the usage line: `npm run scale --`
 */
export function commandNamed(name: string): Command {
  return new Command(name).showHelpAfterError(`Run \`${name} --help\` for the options.`);
}

/** Parses arguments with a command that writes to a terminal, and throws where commander would end the process. */
export function parseArguments(command: Command, args: readonly string[], { stdout, stderr }: Terminal): void {
  command
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => lookOf(stdout).width,
    })
    .parse(args, { from: 'user' });
}

/** Exit code of a command that could not produce a result. */
const NO_RESULT = 2;

/**
 * Runs a command. Prints the message of a {@link CommandError}; commander has already printed its own errors.
 *
 * @returns the command's exit code, or {@link NO_RESULT} after such an error. Rethrows every other error
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

/**
 * Runs the command as this process. A bug in the command prints its stack trace and also exits with {@link NO_RESULT}, as does a failure to
 * write the output.
 */
export async function runAsProcess(command: () => Promise<number>): Promise<void> {
  let isWritten = true;
  const fail = (error: NodeJS.ErrnoException) => {
    // A reader that closed its pipe, such as `head`, wants no more.
    if (isWritten && error.code !== 'EPIPE') {
      process.stderr.write(
        `The output cannot be written (${error.code}). Fix: check the disk, or print to another file.\n`,
      );
    }
    isWritten = false;
    process.exitCode = NO_RESULT;
  };
  process.stdout.on('error', fail);
  process.stderr.on('error', () => undefined);
  try {
    const exitCode = await command();
    process.exitCode = isWritten ? exitCode : NO_RESULT;
  } catch (error) {
    if ((error as NodeJS.ErrnoException | undefined)?.syscall === 'write') {
      fail(error as NodeJS.ErrnoException);
      return;
    }
    console.error(error);
    process.exitCode = NO_RESULT;
  }
}

/** Shows progress on one line that each update overwrites. Writes nothing if the stream is not a terminal. */
export function progressLine(stream: Stream): { show(text: string): void; clear(): void } {
  const write = (text: string) => {
    if (stream.isTTY) {
      stream.write(`\r\u001B[K${text}`);
    }
  };
  return { show: write, clear: () => write('') };
}

/** Format of printed text. */
export interface Look {
  /** Columns. */
  readonly width: number;
  readonly color: boolean;
}

/** Columns if the output is not a terminal. */
const WIDTH = 120;

/** Format for the stream: its width, and colors if it is a terminal that has them. */
export function lookOf(stream: Stream): Look {
  return { width: stream.columns ?? WIDTH, color: Boolean(stream.isTTY && stream.hasColors?.()) };
}

/** Breaks the text at spaces, and words that are longer than a line at the width. */
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
