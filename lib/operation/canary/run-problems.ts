import { Duration } from 'aws-cdk-lib';
import { shown } from './shown';

/** Minutes between two runs. CloudWatch Synthetics accepts no other rates, and an alarm on 3 runs must not look back for more than a day. */
const [LEAST_MINUTES, MOST_MINUTES] = [1, 60];

/** Time between two runs by default. */
const EVERY = Duration.minutes(5);

/** @returns the time between two runs, or the default if it has problems. @param every - of the props */
export function everyOf(every: Duration | undefined): Duration {
  return every === undefined || everyProblems(every).length > 0 ? EVERY : every;
}

/** @returns problems of the time between two runs, each with the value received and a fix */
export function everyProblems(every: unknown): string[] {
  if (every === undefined) {
    return [];
  }
  if (!(every instanceof Duration)) {
    return [`every must be a Duration, got ${shown(every)}. Fix: use Duration.minutes(5)`];
  }
  if (every.isUnresolved()) {
    return [
      'every must be known when the template is written, got a token. Fix: use a Duration of your code instead of a parameter, such as Duration.minutes(5)',
    ];
  }
  const minutes = every.toMinutes({ integral: false });
  return Number.isInteger(minutes) && minutes >= LEAST_MINUTES && minutes <= MOST_MINUTES
    ? []
    : [
        `every must be whole minutes, ${LEAST_MINUTES} to ${MOST_MINUTES}, got ${every.toString()}. Fix: use Duration.minutes(5)`,
      ];
}

/** Seconds of a run without a window: the sum of LIMITS. */
const RUN_SECONDS = 60;

/** Maximum window in seconds, also with the longest timeout: a check that takes longer is late for an alarm. */
const MOST_WINDOW = 20;

/**
 * @param window - for which messages of the stream wait, and with them the canary
 * @param timeout - of a run
 * @returns a problem if a run can end before its message arrives
 */
export function windowProblems(window: Duration, timeout: Duration): string[] {
  const most = Math.min(MOST_WINDOW, timeout.toSeconds() - RUN_SECONDS);
  if (window.toSeconds() <= most) {
    return [];
  }
  const longerRuns =
    window.toSeconds() <= MOST_WINDOW ? 'set every of the canary to Duration.minutes(2) or more, ' : '';
  return [
    `maxBatchingWindow of the delivery must be at most ${most} s with this canary, which waits for a message in a run of ${timeout.toSeconds()} s, got ${window.toSeconds()} s. Fix: ${longerRuns}use Duration.seconds(${most}), or remove the canary`,
  ];
}

/** Names of runtimes for Node.js without a browser. */
const RUNTIME = /^syn-nodejs-\d+\.\d+$/;

/** Runtime by default. */
const NEWEST_RUNTIME = 'syn-nodejs-5.4';

/** @returns the name of the runtime, or the default if it has problems. @param runtime - of the props */
export function runtimeOf(runtime: string | undefined): string {
  return runtime === undefined || runtimeProblems(runtime).length > 0 ? NEWEST_RUNTIME : runtime;
}

/** @returns problems of the name of a runtime, each with the value received and a fix */
export function runtimeProblems(runtime: unknown): string[] {
  return runtime === undefined || (typeof runtime === 'string' && RUNTIME.test(runtime))
    ? []
    : [
        `runtime must be the name of a runtime for Node.js without a browser, syn-nodejs-N.N, got ${shown(runtime)}. Fix: use '${NEWEST_RUNTIME}'`,
      ];
}
