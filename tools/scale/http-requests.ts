import { renewalsPerSecond } from './clients';
import { Gateway, Servers } from './facts';
import type { Load } from './load';

/** Requests of the HTTP lane each second: tickets of new connections, publishes, and others. */
export function httpRequestsPerSecond(load: Load, others: number): number {
  return renewalsPerSecond(load) + load.topics * load.rate + others;
}

/**
 * LCUs of the HTTP lane's load balancer: the larger of its bytes, and of the new connections of clients that get a ticket. Its
 * listeners have fewer rules than the 10 that AWS does not bill. Connections that clients keep open after a response are left out.
 */
export function httpLcusOf(load: Load, others: number, target: 'ip' | 'lambda'): number {
  const requests = httpRequestsPerSecond(load, others);
  const bytes =
    requests * (Gateway.requestBytes.value + Gateway.responseBytes.value) + load.topics * load.rate * load.bytes;
  const room = Servers.lcuBytes.value * (target === 'lambda' ? LAMBDA_SHARE : 1);
  return Math.max((3600 * bytes) / room, renewalsPerSecond(load) / Servers.lcuConnects.value);
}

/** An LCU has 0.4 GB an hour to functions. */
const LAMBDA_SHARE = 0.4;
