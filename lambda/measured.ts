import type { Metrics } from './metrics';

/** @returns the handler, which writes its metrics at the end of each invocation, also if it throws. A timeout loses them */
export function measured<Arguments extends unknown[], Result>(
  metrics: Pick<Metrics, 'write'>,
  handler: (...invocation: Arguments) => Promise<Result>,
): (...invocation: Arguments) => Promise<Result> {
  return async (...invocation) => {
    try {
      return await handler(...invocation);
    } finally {
      metrics.write();
    }
  };
}
