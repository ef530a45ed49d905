import { costOf, DAYS_OF_MONTH, priceOf } from '../../prices/price';
import type { Amount } from './amount';
import { unitsOf, type Use } from './use';

/** Bytes that PubNub and Azure Web PubSub count as one message, in KB. */
const UNIT_KILOBYTES = 2;

/** PubNub's transactions: each publish and each delivery, per 2 KB. Connections are free. Volume discounts are left out. */
export function pubNub(use: Use): Amount {
  const publish = priceOf('PubNub', 'replicated transaction (publish), per 2 KB');
  const delivery = priceOf('PubNub', 'edge transaction (delivery), per 2 KB');
  const units = unitsOf(use, UNIT_KILOBYTES);
  return {
    usd: costOf(publish, use.publishes * units) + costOf(delivery, use.deliveries * units),
    prices: [publish, delivery],
  };
}

/** Plans of Pusher Channels by their maximum number of connections. */
const PLANS: readonly [connections: number, usage: string][] = [
  [500, 'Startup: 500 connections, 1 M messages a day'],
  [2000, 'Pro: 2,000 connections'],
  [10_000, 'Premium: 10,000 connections'],
];

/** Messages a day of the smallest plan. Those of the others are not in the price list, so more messages have no price. */
const KNOWN_MESSAGES_OF_DAY = 1e6;

/** Pusher Channels sells plans with a maximum number of connections and of messages a day: a publish is one, and each delivery. */
export function pusher(use: Use): Amount {
  const [, usage] = PLANS.find(([connections]) => use.connections <= connections) ?? [];
  if (usage === undefined) {
    return {
      reason: 'larger than the plans of the price list',
      prices: PLANS.map(([, plan]) => priceOf('Pusher Channels', plan)),
    };
  }
  const plan = priceOf('Pusher Channels', usage);
  return (use.publishes + use.deliveries) / DAYS_OF_MONTH > KNOWN_MESSAGES_OF_DAY
    ? { reason: 'messages a day of the plan not known', prices: [plan] }
    : { usd: plan.usd, prices: [plan] };
}

/** Connections of a unit of Azure Web PubSub, its messages a day without a further price, and units of a resource. */
const [CONNECTIONS_OF_UNIT, MESSAGES_OF_UNIT_DAY, MOST_UNITS] = [1000, 1e6, 100];

/**
 * Azure Web PubSub, standard tier, bills units for each day, of 1,000 connections and a million messages to clients, and messages
 * beyond them, per 2 KB. Publishes are free. The units that Azure sells can be coarser than one unit.
 */
export function webPubSub(use: Use): Amount {
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
