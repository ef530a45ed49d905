/** One line of the log of a run. */
export interface LogLine {
  /** ISO 8601. */
  readonly time: string;
  /** The process that wrote the line; `runner` is the process that started the others. */
  readonly process: 'cloudfront' | 'http' | 'websocket' | 'aws' | 'events' | 'runner';
  readonly level: 'info' | 'warn' | 'error';
  /** One sentence of the runner, or the output of a handler, unchanged. */
  readonly text: string;
  /** Logical id of the function, service or API. @default - none */
  readonly of?: string;
  /** Id of the invocation. @default - none */
  readonly requestId?: string;
}

/** Passes a line to the supervisor. */
export type Log = (line: Omit<LogLine, 'time'>) => void;

/** A {@link Log} whose process is known elsewhere: the code that calls it can run in several processes. */
export type LogOfPart = (line: Omit<LogLine, 'time' | 'process'>) => void;

/** An event of a run: a step of the start, or a line of the log. */
export type RunnerEvent =
  | {
      readonly event: 'progress';
      /** ISO 8601. */
      readonly time: string;
      /** `starting tables and queues` */
      readonly step: string;
    }
  | ({ readonly event: 'log' } & LogLine);
