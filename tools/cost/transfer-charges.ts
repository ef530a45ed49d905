import { GIGABYTE, SECONDS_OF_MONTH } from '../prices/price';
import { Gateway } from '../scale/facts';
import { transferOf } from '../scale/gateway-cost';
import { CLOUDFRONT, INTERNET } from '../scale/prices';
import { type Charge, charges } from './charge';
import type { CostLoad } from './cost-load';
import type { Stage } from './stage';

/** Name of the line of CloudFront's transfer to clients. */
export const TO_CLIENTS = 'data of CloudFront to clients';

/** Bytes to clients: of CloudFront, with its requests and what it sends to the lanes, or of the Region. */
export function transferCharges({ gateway }: Stage, load: CostLoad): Charge[] {
  const { requests, toClients, toOrigins } = transferOf(load);
  const others = load.httpRequestsPerSecond;
  const month = (bytesPerSecond: number) => (SECONDS_OF_MONTH * bytesPerSecond) / GIGABYTE;
  const out = month(toClients + others * Gateway.responseBytes.value);
  return gateway === 'none'
    ? charges('dataOut', true, [['data to clients', INTERNET, out]])
    : charges('gateway', true, [
        ['requests of CloudFront', CLOUDFRONT.request, SECONDS_OF_MONTH * (requests + others)],
        [TO_CLIENTS, CLOUDFRONT.toClient, out],
        [
          'data of CloudFront to the lanes',
          CLOUDFRONT.toOrigin,
          month(toOrigins + others * Gateway.requestBytes.value),
        ],
      ]);
}
