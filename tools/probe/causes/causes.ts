import type { Measurements } from '../measurements';
import type { PageModel } from '../model';
import type { Cause } from './cause';
import { firstRequestCauses } from './first-request';
import { loadCauses } from './load';

/** The measured API, and the origin of the page that calls it. */
export interface Target {
  readonly http: URL;
  readonly origin?: string;
}

/** Causes of a slow first request, and of slow requests under load. Faults first, then latency, each sorted by added time. Pure. */
export function causes(found: Measurements, model: PageModel, target: Target): Cause[] {
  return [...firstRequestCauses(found, model, target.origin === target.http.origin), ...loadCauses(found)].sort(
    (a, b) => Number(b.fault) - Number(a.fault) || b.adds - a.adds,
  );
}
