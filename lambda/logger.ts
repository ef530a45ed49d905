/** What happened: counts, durations, codes. Never a body, a secret, or the id of a connection. */
export type Line = Record<string, string | number | boolean | undefined>;
export type Logger = (line: Line) => void;

/** Writes a line of JSON, which leaves no way to forge another line. */
export const logLine: Logger = (line) => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

/**
 * An error as it may be logged: its name, and its stack without the message, which can quote what a client sent.
 */
export function errorFields(error: unknown): Line {
  if (!(error instanceof Error)) {
    return { error: typeof error };
  }
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at '));
  return { error: error.name, stack: frames?.slice(0, 5).join(' ') };
}
