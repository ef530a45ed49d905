import { costOf, priceOf } from '../../prices/price';
import { Servers } from '../../scale/facts';
import type { ServiceCost } from './service-cost';
import type { Use } from './use';

/** Maximum number of hibernating WebSockets of an object. A larger topic needs several objects. */
const SOCKETS_OF_OBJECT = 32_768;

/** Seconds in which an object handles a request, as in the examples of Cloudflare's price page. An assumption. */
const REQUEST_SECONDS = 0.01;

/** Memory that Cloudflare bills for an object, in GB. */
const GIGABYTES = 0.128;

/** Assumptions of {@link durableObjects}, for readers. */
export const ASSUMPTIONS =
  `assumes hibernation, ${REQUEST_SECONDS * 1000} ms of an object for each publish, and ` +
  `${Servers.sendCpu.value * 1e6} µs for each frame; that an object sends as many frames was not tried`;

/**
 * Cloudflare Durable Objects, with hibernation and automatic answers to pings: a paid plan, requests of the Worker that receives
 * publishes, a request to each object of a topic, and the duration of objects while they work. Frames to clients are free, but not
 * the time in which an object sends them: an assumption, the CPU time of a server that sends a frame.
 */
export function durableObjects(use: Use): ServiceCost {
  const plan = priceOf('Cloudflare Workers', 'paid plan');
  const request = priceOf('Cloudflare Workers', 'request');
  const message = priceOf(
    'Cloudflare Durable Objects',
    'request; 20 inbound WebSocket messages are one, outbound free',
  );
  const duration = priceOf('Cloudflare Durable Objects', 'duration, 128 MB each, none while hibernated');
  const posts = use.publishes * Math.ceil(use.connections / use.topics / SOCKETS_OF_OBJECT);
  const seconds = posts * REQUEST_SECONDS + use.deliveries * Servers.sendCpu.value;
  return {
    usd: plan.usd + costOf(request, use.publishes) + costOf(message, posts) + costOf(duration, seconds * GIGABYTES),
    prices: [plan, request, message, duration],
  };
}
