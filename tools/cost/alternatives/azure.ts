import { costOf, DAYS_OF_MONTH, priceOf } from '../../prices/price';
import type { ServiceCost } from './service-cost';
import { unitsOf, type Use } from './use';

/** Bytes that Azure Web PubSub counts as one message, in KB. */
const UNIT_KILOBYTES = 2;

/** Connections of a unit of Azure Web PubSub, its messages a day without a further price, and units of a resource. */
const [CONNECTIONS_OF_UNIT, MESSAGES_OF_UNIT_DAY, MOST_UNITS] = [1000, 1e6, 100];

/**
 * Azure Web PubSub, standard tier, bills units for each day, of 1,000 connections and a million messages to clients, and messages
 * beyond them, per 2 KB. Publishes are free. The units that Azure sells can be coarser than one unit.
 */
export function webPubSub(use: Use): ServiceCost {
  const unit = priceOf('Azure Web PubSub', 'standard unit: 1,000 connections, 1 M outbound 2-KB messages a day');
  const message = priceOf('Azure Web PubSub', 'message beyond');
  const units = Math.ceil(use.connections / CONNECTIONS_OF_UNIT);
  if (units > MOST_UNITS) {
    return { reason: 'more than 100,000 connections', prices: [unit, message] };
  }
  const beyond = use.deliveries * unitsOf(use, UNIT_KILOBYTES) - units * MESSAGES_OF_UNIT_DAY * DAYS_OF_MONTH;
  return {
    usd: costOf(unit, units * DAYS_OF_MONTH) + costOf(message, Math.max(0, beyond)),
    prices: [unit, message],
  };
}
