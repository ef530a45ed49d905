import { median } from '../../statistics';
import { NOTICEABLE } from '../diagnosis/thresholds';
import type { Costs } from './costs';
import { SIGN } from './restarts';

/** `sometimes`: slow after some restarts, and fast after others. */
export type ProcessVerdict = 'cold' | 'fast' | 'sometimes';

/** Decides if a new process is slow at first. A pause of the machine is slow, too, but not after each restart. Pure. */
export function processVerdict({ alone, afterSocket, atOnce }: Costs): ProcessVerdict {
  if (atOnce !== undefined) {
    // The other restarts confirm it, because the cost is not gone if the socket comes at the same time.
    const slow = (alone[0] ?? 0) >= NOTICEABLE;
    const again = Math.max(afterSocket ?? 0, atOnce) >= SIGN;
    return slow ? (again ? 'cold' : 'sometimes') : (afterSocket ?? 0) >= NOTICEABLE ? 'sometimes' : 'fast';
  }
  const middle = median(alone);
  if (middle >= NOTICEABLE && Math.min(...alone) >= SIGN) {
    return 'cold';
  }
  return Math.max(...alone) < NOTICEABLE + SIGN && middle < NOTICEABLE ? 'fast' : 'sometimes';
}

/** Cost of a cold process for its first request, in milliseconds. */
export function processCost({ alone, atOnce }: Costs): number {
  return atOnce === undefined ? median(alone) : (alone[0] ?? 0);
}
