import { costOf, priceOf } from '../../prices/price';
import type { ServiceCost } from './service-cost';
import { unitsOf, type Use } from './use';

/** Bytes that both services count as one operation or message, in KB. */
const UNIT_KILOBYTES = 5;

/** AppSync Events bills an operation for each publish and for each message to a subscriber, per 5 KB, and connection minutes. */
export function appSyncEvents(use: Use): ServiceCost {
  return ofBoth(use, 'AppSync Events', 'operation: publish, broadcast, handler, subscribe, per 5 KB');
}

/**
 * IoT Core bills a message for each publish and for each message to a subscriber, per 5 KB, and connection minutes. MQTT's pings
 * are free.
 */
export function iotCore(use: Use): ServiceCost {
  return ofBoth(use, 'IoT Core', 'message, per 5 KB');
}

function ofBoth(use: Use, service: string, message: string): ServiceCost {
  const [messages, minutes] = [priceOf(service, message), priceOf(service, 'connection minute')];
  const usd =
    costOf(messages, (use.publishes + use.deliveries) * unitsOf(use, UNIT_KILOBYTES)) +
    costOf(minutes, use.connectionMinutes);
  return { usd, prices: [messages, minutes] };
}
