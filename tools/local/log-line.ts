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
  /** The denied call that the line is about. @default - none */
  readonly denied?: Denial;
}

/** A call that the policies of a role do not allow. */
export interface Denial {
  /** ARN of the role. */
  readonly role: string;
  /** `dynamodb:PutItem` */
  readonly action: string;
  /** ARN of the resource. */
  readonly resource: string;
  /** Statement that allows it. @default - a statement denies it explicitly, so none can allow it */
  readonly statementToAdd?: object;
}

/** An invocation of a function that has ended. */
export interface Invocation {
  /** Its start, in ISO 8601. */
  readonly time: string;
  readonly requestId: string;
  /** ARN of the function. */
  readonly function: string;
  readonly milliseconds: number;
  /** `TypeError: x is not a function`. @default - it succeeded */
  readonly error?: string;
  /** JSON. A long one is shortened, and says so at its end. */
  readonly event: string;
  readonly response: string;
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
  | ({ readonly event: 'log' } & LogLine)
  | { readonly event: 'invocation'; readonly invocation: Invocation };
