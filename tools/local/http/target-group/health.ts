/** Health of a target, and the consecutive checks that led to it. */
export interface Health {
  readonly state: 'initial' | 'healthy' | 'unhealthy';
  readonly passes: number;
  readonly failures: number;
}

export const NEW_TARGET: Health = { state: 'initial', passes: 0, failures: 0 };

export interface Thresholds {
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

/** @returns the health after one more check. A new target needs to pass only once. */
export function afterCheck(health: Health, passed: boolean, thresholds: Thresholds): Health {
  const passes = passed ? health.passes + 1 : 0;
  const failures = passed ? 0 : health.failures + 1;
  if (health.state === 'initial' ? passed : passes >= thresholds.healthyThreshold) {
    return { state: 'healthy', passes, failures };
  }
  if (failures >= thresholds.unhealthyThreshold) {
    return { state: 'unhealthy', passes, failures };
  }
  return { state: health.state, passes, failures };
}

/** @param matcher `200`, `200,204`, `200-299` */
export function matchesCode(matcher: string, status: number): boolean {
  return matcher.split(',').some((part) => {
    const [from, to = from] = part.split('-').map(Number);
    return from !== undefined && to !== undefined && from <= status && status <= to;
  });
}
