/** Where the command writes. `process` is one. */
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

/** Shows how far the questions are, on one line that is written over; nothing where nobody watches. */
export function progress(stream: Stream, total: number): { show(settled: number): void; clear(): void } {
  const write = (text: string) => {
    if (stream.isTTY) {
      stream.write(text);
    }
  };
  return {
    show: (settled) => write(`\rAsked ${settled} of ${total} questions`),
    clear: () => write('\r\u001B[K'),
  };
}
