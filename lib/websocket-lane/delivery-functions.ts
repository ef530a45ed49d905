import type { LaneFunction } from '../functions/lane-function';
import type { Delivery } from './delivery';
import type { Revocation } from './revocation';

/** @returns the functions that deliver messages and close connections, of the constructs that exist */
export function deliveryFunctions({ delivery, revocation }: DeliveryParts): LaneFunction[] {
  return [delivery?.push, delivery?.dispatch, delivery?.deliver, revocation?.revoke].filter((fn) => fn !== undefined);
}

interface DeliveryParts {
  readonly delivery?: Delivery | undefined;
  readonly revocation?: Revocation | undefined;
}
