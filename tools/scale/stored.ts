import { GIGABYTE } from '../prices/price';
import { Billed } from './bill-facts';
import type { Load } from './load';

/** Gigabytes of the messages that the log keeps. */
export function storedMessages({ topics, rate, bytes }: Load, retentionSeconds: number): number {
  return (topics * rate * retentionSeconds * (bytes + Billed.itemBytes.value)) / GIGABYTE;
}

/** Gigabytes of the rows of open connections. With servers, only slots are kept: the same size is assumed. */
export function storedConnections({ connections }: Load): number {
  return (connections * Billed.connectionBytes.value) / GIGABYTE;
}
