import type { Bill } from '../bill';
import { billOf } from '../bill-of';
import { USER_DEFAULTS, type UserLoad } from '../load-of';
import type { Stage } from '../stage';
import type { Variant } from '../variants';

/** Computes the bill of a stage with this entry and gateway, for the load of the tables with changes. */
export type VariantBill = (variant: Variant, changes: Partial<UserLoad>) => Bill;

/** Load of the tables, which change its connections, messages and pings. One request a second besides publishes, and no user pool. */
const LOAD: UserLoad = { ...USER_DEFAULTS, httpRequestsPerSecond: 1, users: 0 };

/** Day of the age of prices. No table contains it, so it never changes one. */
const TODAY = new Date(0);

/** @returns the bill of a variant of a stage for the load of the tables with changes, without free amounts */
export function billsOf(stageOf: (variant: Variant) => Stage): VariantBill {
  return (variant, changes) => billOf(stageOf(variant), { ...LOAD, ...changes }, { freeTier: false, today: TODAY });
}
