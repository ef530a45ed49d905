import type { Measurements } from '../measurements';
import type { PageModel } from '../model';
import type { Cause } from './cause';
import { firstRequestCauses } from './first-request';
import { loadCauses } from './load';

/** How the lanes are asked about: from a page of which origin. */
export interface Point {
  readonly api: URL;
  readonly origin?: string;
}

/** Why a first request is slow, and one under load: faults first, then distance, each by the milliseconds it adds; pure. */
export function causes(found: Measurements, model: PageModel, point: Point): Cause[] {
  return [...firstRequestCauses(found, model, point.origin === point.api.origin), ...loadCauses(found)].sort(
    (a, b) => Number(b.fault) - Number(a.fault) || b.adds - a.adds,
  );
}
