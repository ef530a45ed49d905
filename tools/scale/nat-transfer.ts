import { Billed } from './bill-facts';
import { Gateway } from './facts';
import { httpRequestsPerSecond } from './http-requests';
import type { Load } from './load';
import { posting } from './posting';

/** Bytes a second that tasks of the HTTP lane exchange with AWS outside their network: hints for SQS, and log lines. DynamoDB has an endpoint. */
export function natBytes(load: Load, otherRequests: number): number {
  const hints = load.topics * posting(load).hints;
  return (
    hints * (Gateway.requestBytes.value + Gateway.responseBytes.value) +
    httpRequestsPerSecond(load, otherRequests) * Billed.lineBytes.value
  );
}
