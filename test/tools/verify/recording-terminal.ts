import type { Stream, Terminal } from '../../../tools/cli';

/** A terminal that keeps what is written to it. */
export interface RecordingTerminal extends Terminal {
  /** Everything written to standard output. */
  printed(): string;
  /** Everything written to standard error. */
  complained(): string;
}

/** @param like what the streams say of themselves; by default they are no terminal, as in a pipe */
export function recordingTerminal(like: Omit<Stream, 'write'> = {}): RecordingTerminal {
  const out: string[] = [];
  const err: string[] = [];
  return {
    stdout: { ...like, write: (text) => out.push(text) },
    stderr: { ...like, write: (text) => err.push(text) },
    printed: () => out.join(''),
    complained: () => err.join(''),
  };
}
