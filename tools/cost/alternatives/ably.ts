import { costOf, priceOf } from '../../prices/price';
import type { ServiceCost } from './service-cost';
import type { Use } from './use';

/** A package of Ably and its limits. Larger ones have no list price. */
interface Package {
  readonly usage: string;
  readonly connections: number;
  readonly channels: number;
  readonly messagesPerSecond: number;
}

const PACKAGES: readonly Package[] = [
  {
    usage: 'Standard package: 10,000 connections and channels, 2,500 messages a second',
    connections: 10_000,
    channels: 10_000,
    messagesPerSecond: 2500,
  },
  {
    usage: 'Pro package: 50,000 connections and channels, 10,000 messages a second',
    connections: 50_000,
    channels: 50_000,
    messagesPerSecond: 10_000,
  },
];

/**
 * Ably bills each message once when it is published and once for each subscriber, connection minutes and channel minutes, each
 * rounded up to a million, and a package. Its packages limit connections, channels and messages a second.
 */
export function ably(use: Use): ServiceCost {
  const [message, minute] = [
    priceOf('Ably', 'message in or out'),
    priceOf('Ably', 'connection minute, channel minute'),
  ];
  const found = PACKAGES.find(
    ({ connections, channels, messagesPerSecond }) =>
      use.connections <= connections && use.topics <= channels && use.messagesPerSecond <= messagesPerSecond,
  );
  if (!found) {
    const months = PACKAGES.map(({ usage }) => priceOf('Ably', usage));
    return { reason: 'larger than the packages with a list price', prices: [...months, message, minute] };
  }
  const month = priceOf('Ably', found.usage);
  const usd =
    month.usd +
    costOf(message, millions(use.publishes + use.deliveries)) +
    costOf(minute, millions(use.connectionMinutes)) +
    costOf(minute, millions(use.topicMinutes));
  return { usd, prices: [month, message, minute] };
}

/** Rounds up to a million. */
function millions(amount: number): number {
  return Math.ceil(amount / 1e6) * 1e6;
}
