import type { LaneDomain } from './lane-domain';

/** Path at which clients of a gateway open WebSockets, on the same host as the HTTP lane. */
export const SOCKET_PATH = '/socket';

/** @returns the URL of the HTTP lane for clients: `https://api.example.com` */
export function httpUrlOf({ hostName, gateway }: LaneDomain): string {
  return `https://${gateway?.hostName ?? hostName}`;
}

/** @returns the URL of the WebSocket lane for clients: `wss://ws.example.com`, or `wss://app.example.com/socket` with a gateway */
export function webSocketUrlOf({ hostName, gateway }: LaneDomain): string {
  return gateway ? `wss://${gateway.hostName}${SOCKET_PATH}` : `wss://${hostName}`;
}
