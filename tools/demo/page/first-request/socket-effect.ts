import type { BesideSocket } from './observed';
import type { Estimate } from '../../../statistics';
import { shift } from './shift';

/** Milliseconds below which a socket does not matter. */
export const FLOOR = 5;

/** Milliseconds by which requests are slower while a socket is open, and while one opens. Both are without the first use of the socket. */
export function socketEffect({ alone, open, opening, notOpening }: BesideSocket): {
  open: Estimate;
  opening: Estimate;
} {
  return { open: shift(alone, open.slice(1)), opening: shift(notOpening, opening.slice(1)) };
}

/** @returns true if more measurements are needed to tell if the socket matters */
export function isUnclear(socket: BesideSocket): boolean {
  return Object.values(socketEffect(socket)).some(({ low, high }) => low < FLOOR && high >= FLOOR);
}
