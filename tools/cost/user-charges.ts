import { priceOf } from '../prices/price';
import { type Charge, charges } from './charge';
import type { CostLoad } from './cost-load';
import type { Stage } from './stage';

/** Users who are active in a month, by the tier of the user pool. */
export function userCharges({ userPools }: Stage, { users }: CostLoad): Charge[] {
  return charges('users', true, [
    [
      // With the option that sets the quantity.
      'active users (--users)',
      priceOf('Cognito', userPools === 'LITE' ? 'Lite, active user' : 'Essentials, active user'),
      userPools === undefined ? 0 : users,
    ],
  ]);
}
