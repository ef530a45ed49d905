import { DAYS_OF_MONTH, priceOf } from '../../prices/price';
import type { ServiceCost } from './service-cost';
import type { Use } from './use';

/** Plans of Pusher Channels by their maximum number of connections. */
const PLANS: readonly [connections: number, usage: string][] = [
  [500, 'Startup: 500 connections, 1 M messages a day'],
  [2000, 'Pro: 2,000 connections'],
  [10_000, 'Premium: 10,000 connections'],
];

/** Messages a day of the smallest plan. Those of the others are not in the price list, so more messages have no price. */
const KNOWN_MESSAGES_OF_DAY = 1e6;

/** Pusher Channels sells plans with a maximum number of connections and of messages a day: a publish is one, and each delivery. */
export function pusher(use: Use): ServiceCost {
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
