/** A log line: counts, durations and codes. It never contains a body, a secret or the id of a connection. */
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
  return { error: error.name, stack: framesOf(error)?.slice(0, 5).join(' ') };
}

/** @returns the stack frames after the message; undefined if the stack does not contain the message, which could then be among the frames */
function framesOf({ stack, message }: Error): string[] | undefined {
  const at = stack?.indexOf(message) ?? -1;
  return at < 0
    ? undefined
    : stack
        ?.slice(at + message.length)
        .split('\n')
        .filter((line) => line.startsWith('    at '));
}
