/** A log line: counts, durations and codes. It must not contain a body, a secret or the id of a connection. */
export type Line = Record<string, string | number | boolean | undefined>;
export type Logger = (line: Line) => void;

/** Writes a line of JSON. JSON escapes line breaks, so that logged data cannot forge another line. */
export const logLine: Logger = (line) => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

/** Fields of an error for the log: its name, and its stack without the message, which can contain data of a client. */
export function errorFields(error: unknown): Line {
  if (!(error instanceof Error)) {
    return { error: typeof error };
  }
  return { error: error.name, stack: framesOf(error)?.slice(0, 5).join(' ') };
}

/**
 * @returns the stack frames, or undefined if the stack does not contain the message literally, because a part of
 * the message could look like a frame.
 */
function framesOf({ stack, message }: Error): string[] | undefined {
  const at = stack?.indexOf(message) ?? -1;
  return at < 0
    ? undefined
    : stack
        ?.slice(at + message.length)
        .split('\n')
        .filter((line) => line.startsWith('    at '));
}

/** @returns what logs a hint that could not be sent: the message is pushed later, from the stream */
export const logHintFailure =
  (logger: Logger) =>
  (error: unknown): void =>
    logger({ event: 'hint_failed', ...errorFields(error) });
