import type { Bill } from './bill';
import { TO_CLIENTS } from './transfer-charges';

/**
 * @returns USD of a bill without what the amounts of managed services do not contain either: transfer to clients, and the users of the
 *   user pool
 */
export function comparableUsd({ usd, parts, lines }: Pick<Bill, 'usd' | 'parts' | 'lines'>): number {
  const ofCloudFront = lines.filter(({ what }) => what === TO_CLIENTS).reduce((sum, line) => sum + line.usd, 0);
  return usd - parts.dataOut - parts.users - ofCloudFront;
}
