import type { Measurements } from '../measurements';
import type { Plan } from '../plan';
import type { Report } from '../report/report';

/** Creates the report from the measurements. Pure. @param stopped reason why the measurement is incomplete */
export function diagnose(plan: Plan, found: Measurements, now: Date, stopped?: string): Report {
  return {
    answer: stopped ?? '',
    exitCode: 2,
    causes: [],
    undecided: [],
    notMeasured: [],
    request: { method: plan.request.method, url: plan.request.url.href },
    measuredAt: now.toISOString(),
    waterfall: { first: [], second: [] },
    measurements: found,
  };
}
