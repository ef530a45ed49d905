import type { AssemblyOptions } from './assembly/assembly-options';
import type { StreamTiming } from './aws/streams/timing';
import type { Blueprint } from './blueprint';
import type { RunnerEvent } from './log-line';
import type { Urls } from './urls';

export interface StartOptions extends AssemblyOptions {
  /** Folder of a cloud assembly, as `cdk synth` writes it: `cdk.out`. */
  readonly assembly: string;
  /** First port, 0 to 65000. Distributions, listeners, WebSocket APIs and the AWS endpoint use consecutive ports. @default - any free ports */
  readonly port?: number;
  /** Folder that keeps tables, streams and queues from run to run. @default - they are in memory */
  readonly data?: string;
  /** `on` enforces the policies of the roles. @default 'on' */
  readonly iam?: 'on' | 'off';
  /**
   * Origins to replace in the configuration of functions and containers, in addition to the URLs of the app itself:
   * `{ 'https://app.example.com': 'http://app.localhost:4513' }`.
   *
   * @default - none
   */
  readonly origins?: Readonly<Record<string, string>>;
  /**
   * URL of a local server that answers in place of the buckets of distributions: `http://127.0.0.1:4514`. It receives the requests of
   * viewers with their `Host`, query and headers, and responds with headers of its own.
   *
   * @default - the files of the buckets are served
   */
  readonly pageUrl?: string;
  /**
   * Times of the tables' streams. Tests use a short lifetime, so that shards close while they run. A stream that `data` keeps
   * has the lifetime of the run that created it.
   *
   * @default - `{ delayMs: 90, shardLifetimeMs: 14_400_000 }`, which is typical of AWS
   */
  readonly streams?: Partial<StreamTiming>;
  /**
   * `aws` delays tables, queues and `@connections` as AWS's services do: at random, by published times where there are any, see
   * `latency/aws-latencies.ts`. The random numbers are the same in each run.
   *
   * @default 'none'
   */
  readonly latency?: 'none' | 'aws';
  /**
   * Seconds from the end of a connection until its `$disconnect` runs, 0 to 3600, or `never`. On AWS it is best effort: it can
   * come late or not at all.
   *
   * @default 0
   */
  readonly disconnectDelaySeconds?: number | 'never';
  /**
   * Folders to run in place of the images of containers: name of a container, or `SERVICE/NAME` with the logical id of the service → a
   * folder that is already built and stands for the working directory of the image.
   *
   * @default - images are built from their Dockerfiles
   */
  readonly containers?: Readonly<Record<string, string>>;
  /**
   * Port of the console, a page that shows the app, its invocations and its data: 0 for any free port.
   *
   * @default - there is no console
   */
  readonly console?: number;
  /** Receives the steps of the start and every line of the log. @default - nothing is reported */
  readonly onEvent?: (event: RunnerEvent) => void;
  /** Cancels the start: everything that has started is stopped, and `start` throws the signal's reason. @default - none */
  readonly signal?: AbortSignal;
}

/** An app that runs on this machine. */
export interface Running {
  readonly urls: Urls;
  /** The resources of the assembly, with every reference resolved. */
  readonly blueprint: Blueprint;
  /**
   * Parts of the app that did not work when it was ready, a sentence each: services whose tasks did not become healthy. They are started
   * again and again, and can become healthy later.
   */
  readonly problems: readonly string[];
  /**
   * Reads the assembly again and runs its new code in functions and services. Sockets of WebSocket APIs stay open; those of servers in
   * containers close if a service of the same process changed.
   *
   * @returns the changes of anything but code: `changed: OrdersTable`. If there are any, nothing is replaced. Throws a
   *   `UserError` if the assembly cannot be read.
   */
  reload(): Promise<readonly string[]>;
  /**
   * Lets open requests finish, at most 5 s, and stops every process: containers are killed 5 s after SIGTERM. Kills the processes at once
   * if `now` is true.
   */
  stop(now?: boolean): Promise<void>;
}
