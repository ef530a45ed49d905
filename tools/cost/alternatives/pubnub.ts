import { costOf, priceOf } from '../../prices/price';
import type { ServiceCost } from './service-cost';
import { unitsOf, type Use } from './use';

/** Bytes that PubNub counts as one message, in KB. */
const UNIT_KILOBYTES = 2;

/** PubNub's transactions: each publish and each delivery, per 2 KB. Connections are free. Volume discounts are left out. */
export function pubNub(use: Use): ServiceCost {
  const publish = priceOf('PubNub', 'replicated transaction (publish), per 2 KB');
  const delivery = priceOf('PubNub', 'edge transaction (delivery), per 2 KB');
  const units = unitsOf(use, UNIT_KILOBYTES);
  return {
    usd: costOf(publish, use.publishes * units) + costOf(delivery, use.deliveries * units),
    prices: [publish, delivery],
  };
}
