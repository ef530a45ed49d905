import { type Cause, milliseconds } from './causes/cause';

/** Conclusion of the report. Exit code 0: no problem found. 1: problems found. 2: the measurement is incomplete or was disturbed. */
export interface Verdict {
  readonly exitCode: 0 | 1 | 2;
  readonly summary: string;
}

/**
 * Summarizes the causes.
 *
 * @param complete false if the measurement was interrupted
 * @param pause milliseconds that can hide a cold start
 */
export function verdict(causes: readonly Cause[], complete: boolean, pause: number): Verdict {
  if (!complete) {
    return { exitCode: 2, summary: 'Interrupted. The results are incomplete.' };
  }
  const faults = causes.filter(({ fault }) => fault);
  const names = faults.map(({ id }) => id).join(', ');
  const isolated = faults.every(({ to }) => to !== 'request under load');
  const warm = faults.every(({ to }) => to === 'request under load');
  if (isolated && warm && pause > 0) {
    return {
      exitCode: 2,
      summary:
        `A cold start cannot be ruled out: the probe was paused for ${milliseconds(pause)} during the very first request. ` +
        'Fix: wait until the server is idle again, and run the probe on a machine with less load.',
    };
  }
  if (isolated && warm) {
    return {
      exitCode: 0,
      summary: 'No problem found: sockets do not slow requests, and only network latency slows the first request.',
    };
  }
  const problem = isolated
    ? 'The first request is slow'
    : warm
      ? 'Sockets slow down requests'
      : 'The first request is slow, and sockets slow down requests';
  return { exitCode: 1, summary: `${problem}: ${names}` };
}
