/** One event in the runner's log: what a person reads as a line, and a machine as a JSON object. */
export interface LogLine {
  /** ISO 8601. */
  readonly time: string;
  readonly lane: 'http' | 'websocket' | 'aws' | 'events' | 'page' | 'runner';
  readonly level: 'info' | 'warn' | 'error';
  /** What happened, in one sentence; what a handler printed, as it printed it. */
  readonly text: string;
  /** The function, service or API it is of, by logical id. */
  readonly of?: string;
  /** The invocation it belongs to. */
  readonly requestId?: string;
}

/** Takes a line; what becomes of it is the supervisor's business. */
export type Log = (line: Omit<LogLine, 'time'>) => void;
