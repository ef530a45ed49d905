import type { Blueprint } from './blueprint';
import type { RunnerEvent } from './log-line';
import type { Urls } from './urls';

export interface StartOptions {
  /** Folder of a cloud assembly, as `cdk synth` writes it: `cdk.out`. */
  readonly assembly: string;
  /** First port, 0 to 65000: listeners, WebSocket APIs and the AWS endpoint take it and the next ones. @default - any free ports */
  readonly port?: number;
  /** Folder that keeps tables, streams and queues from run to run. @default - they are in memory */
  readonly data?: string;
  /** `on` enforces the policies of the roles. @default 'on' */
  readonly iam?: 'on' | 'off';
  /**
   * Origins to replace in what functions and containers are configured with, as the URLs of the app itself are:
   * `{ 'https://app.example.com': 'http://app.localhost:4513' }`.
   *
   * @default - none
   */
  readonly origins?: Readonly<Record<string, string>>;
  /** Receives the steps of the start and every line of the log. @default - nothing is reported */
  readonly onEvent?: (event: RunnerEvent) => void;
  /** Cancels the start: everything that has started is stopped, and `start` throws the signal's reason. @default - none */
  readonly signal?: AbortSignal;
}

/** An app that runs on this machine. */
export interface Running {
  readonly urls: Urls;
  /** The assembly as it was read, with every reference resolved. */
  readonly blueprint: Blueprint;
  /**
   * Reads the assembly's folder again, and lets functions and services run its code. Sockets stay open.
   *
   * @returns what differs in anything but code: `changed: OrdersTable`. If there is any, nothing is replaced. Throws a
   *   `UserError` if the assembly cannot be read.
   */
  reload(): Promise<readonly string[]>;
  /** Finishes what is open, and stops every process; kills them if `now` is true. */
  stop(now?: boolean): Promise<void>;
}
