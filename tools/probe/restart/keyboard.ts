import { createInterface } from 'node:readline';
import { CommandError } from '../../cli';
import { within } from '../steps/within';

/** Lines that the user enters. */
export class Keyboard {
  private lines = 0;
  private ended = false;
  private wake: () => void = () => undefined;
  private readonly reader;

  constructor(input: NodeJS.ReadableStream) {
    // Without raw mode, in which Ctrl-C would be a character.
    this.reader = createInterface({ input, terminal: false });
    this.reader.on('line', () => {
      this.lines++;
      this.wake();
    });
    this.reader.on('close', () => {
      this.ended = true;
      this.wake();
    });
  }

  /** Forgets what was entered before a question. */
  clear(): void {
    this.lines = 0;
  }

  /** @returns true if Enter was pressed since the last call. @throws {CommandError} if there is no more input */
  pressed(): boolean {
    if (this.lines > 0) {
      this.lines = 0;
      return true;
    }
    if (this.ended) {
      throw new CommandError("The input ended. Fix: run it in a terminal, or pass --start 'COMMAND'.");
    }
    return false;
  }

  /** Resolves after Enter, or after the time in milliseconds. */
  async next(ms: number, signal: AbortSignal): Promise<void> {
    const entered = new Promise<void>((resolve) => {
      this.wake = resolve;
    });
    await within(ms, entered, signal);
  }

  close(): void {
    this.reader.close();
  }
}
