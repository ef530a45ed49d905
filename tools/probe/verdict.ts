import { type Cause, milliseconds } from './causes/cause';

/** 0: isolated and warm. 1: not. 2: not all was measured, or the probe's own machine disturbed it. */
export interface Verdict {
  readonly exitCode: 0 | 1 | 2;
  readonly sentence: string;
}

/**
 * Sums the causes up.
 *
 * @param complete false if it was interrupted
 * @param standstill milliseconds that may hide a cold start
 */
export function verdict(causes: readonly Cause[], complete: boolean, standstill: number): Verdict {
  if (!complete) {
    return { exitCode: 2, sentence: 'Interrupted: this is what was measured until then' };
  }
  const faults = causes.filter(({ fault }) => fault);
  const names = faults.map(({ id }) => id).join(', ');
  const isolated = faults.every(({ to }) => to !== 'request under load');
  const warm = faults.every(({ to }) => to === 'request under load');
  if (isolated && warm && standstill > 0) {
    return {
      exitCode: 2,
      sentence:
        `Cannot tell a cold start: the probe stood still for ${milliseconds(standstill)} during the very first request. ` +
        'Fix: let the server get cold, and run the probe again where less runs beside it',
    };
  }
  if (isolated && warm) {
    return {
      exitCode: 0,
      sentence: 'Isolated and warm: sockets do not slow requests, and only distance slows the first',
    };
  }
  const what = isolated ? 'Isolated, but not warm' : warm ? 'Warm, but not isolated' : 'Neither isolated nor warm';
  return { exitCode: 1, sentence: `${what}: ${names}` };
}
