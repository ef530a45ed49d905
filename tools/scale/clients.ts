import { Cost } from './facts';
import type { Load } from './load';

/** Requests a second of clients, for pings and for new connections before the old ones are cut. */
export function clientRequestsPerSecond(load: Load): number {
  return pingsPerSecond(load) + renewalsPerSecond(load) * Cost.requestsPerConnect.value;
}

/** Pings of clients each second. */
export function pingsPerSecond({ connections, pingInterval }: Load): number {
  return pingInterval > 0 ? connections / pingInterval : 0;
}

/** Number of connections that clients renew each second because of their age. */
export function renewalsPerSecond({ connections }: Load): number {
  return connections / Cost.connectionSeconds.value;
}

/** Frames that clients send each second: every request except the handshakes. */
export function framesOfClients(load: Load): number {
  return clientRequestsPerSecond(load) - renewalsPerSecond(load);
}
