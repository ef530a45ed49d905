import { costOf, GIGABYTE, SECONDS_OF_MONTH } from '../prices/price';
import { framesOfClients, renewalsPerSecond } from './clients';
import { Gateway } from './facts';
import type { Load } from './load';
import { CLOUDFRONT, INTERNET } from './prices';

/** Price of CloudFront in front of both lanes for a month of 730 hours, in USD. The same for both entries. */
export interface GatewayCost {
  /** Handshakes, requests for tickets, and publishes over HTTP. A frame is no request. */
  readonly requests: number;
  /** Bytes to clients: messages, answers to frames, and responses. */
  readonly toClients: number;
  /** Bytes from clients, which CloudFront sends to the lanes: frames, and requests with a body. */
  readonly toOrigins: number;
}

export function gatewayCost(load: Load): GatewayCost {
  const { requests, toClients, toOrigins } = transferOf(load);
  return {
    requests: costOf(CLOUDFRONT.request, SECONDS_OF_MONTH * requests),
    toClients: costOf(CLOUDFRONT.toClient, (SECONDS_OF_MONTH * toClients) / GIGABYTE),
    toOrigins: costOf(CLOUDFRONT.toOrigin, (SECONDS_OF_MONTH * toOrigins) / GIGABYTE),
  };
}

/** Sum of the parts, in USD. */
export function gatewayTotal(load: Load): number {
  const { requests, toClients, toOrigins } = gatewayCost(load);
  return requests + toClients + toOrigins;
}

/** Price of the bytes to clients for a month if the lanes send them to the internet themselves, in USD. */
export function internetCost(load: Load): number {
  return costOf(INTERNET, (SECONDS_OF_MONTH * transferOf(load).toClients) / GIGABYTE);
}

/** Requests to both lanes, and bytes, each second. Without a gateway, the lanes send the same bytes to clients. */
export interface Transfer {
  readonly requests: number;
  readonly toClients: number;
  readonly toOrigins: number;
}

/** Requests and bytes a second. */
export function transferOf(load: Load): Transfer {
  const { connections, topics, rate, bytes } = load;
  const [connects, frames, publishes] = [renewalsPerSecond(load), framesOfClients(load), topics * rate];
  // A new connection makes two requests: one for its ticket, and its handshake, which is a GET without a body.
  const posts = connects + publishes;
  const requests = posts + connects;
  return {
    requests,
    toClients: connections * rate * bytes + frames * Gateway.answerBytes.value + requests * Gateway.responseBytes.value,
    toOrigins: frames * Gateway.frameBytes.value + posts * Gateway.requestBytes.value + publishes * bytes,
  };
}
