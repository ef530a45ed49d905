import { ably } from './alternatives/ably';
import { appSyncEvents, iotCore } from './alternatives/aws';
import { webPubSub } from './alternatives/azure';
import { ASSUMPTIONS, durableObjects } from './alternatives/cloudflare';
import { pubNub } from './alternatives/pubnub';
import { pusher } from './alternatives/pusher';
import type { ServiceCost } from './alternatives/service-cost';
import { type Use, useOf, type Work } from './alternatives/use';

/** A managed service that could do the same work, with its list price. */
export interface Alternative extends ServiceCost {
  readonly service: string;
  /** Documented differences to this product, and assumptions of the amount. Empty if none was looked up. */
  readonly known: string;
}

const SERVICES: readonly [service: string, known: string, costOf: (use: Use) => ServiceCost][] = [
  ['AppSync Events', 'no order of messages', appSyncEvents],
  ['IoT Core', 'clients need MQTT; QoS 0 and 1', iotCore],
  ['Ably', 'history and resuming; stored messages count as messages', ably],
  ['PubNub', 'history', pubNub],
  ['Pusher Channels', 'the application fills gaps', pusher],
  ['Azure Web PubSub', '', webPubSub],
  ['Cloudflare Durable Objects', `a runtime: topics, history and order are your code; ${ASSUMPTIONS}`, durableObjects],
];

/**
 * Costs of the same messages on managed services, for a month, at list prices. Includes only what the docstrings of the services name.
 * Connections stay open for the whole month, so handshakes and subscriptions are left out. Transfer to clients, presence, history,
 * authentication, and the HTTP API that this product contains are left out, too.
 */
export function alternatives(work: Work): Alternative[] {
  const use = useOf(work);
  return SERVICES.map(([service, known, costOf]) => ({ service, known, ...costOf(use) }));
}
