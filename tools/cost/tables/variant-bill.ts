import type { Bill } from '../bill';
import type { UserLoad } from '../load-of';
import type { Variant } from '../variants';

/** Computes the bill of a stage with this entry and gateway, for the load of the tables with changes. */
export type VariantBill = (variant: Variant, changes: Partial<UserLoad>) => Bill;
