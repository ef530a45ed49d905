import type { Price } from '../../prices/price';

/** Cost of the work on a service, or the reason why there is none. */
export interface ServiceCost {
  /** USD of a month of 730 hours, not rounded. Absent if the price list has no price for this size. */
  readonly usd?: number;
  /** Reason why there is no price. */
  readonly reason?: string;
  /** Prices that the amount is made of, or that would be needed for it. */
  readonly prices: readonly Price[];
}
