import type { Stream, Terminal } from '../../tools/cli';

/** Terminal that records its output. */
export interface RecordingTerminal extends Terminal {
  /** Everything written to standard output. */
  printed(): string;
  /** Everything written to standard error. */
  errors(): string;
}

/** @param like properties of both streams; by default they are no terminal, as in a pipe */
export function recordingTerminal(like: Omit<Stream, 'write'> = {}): RecordingTerminal {
  const out: string[] = [];
  const err: string[] = [];
  return {
    stdout: { ...like, write: (text) => out.push(text) },
    stderr: { ...like, write: (text) => err.push(text) },
    printed: () => out.join(''),
    errors: () => err.join(''),
  };
}
