import type { Allowances, Closer } from '../realtime/ports';

/** Rate limits and close requests without authentication: there is no subject to count for, and no authorization that expires. */
export const noAdmission: Allowances & Closer = {
  spend: async () => 'spent',
  close: async () => undefined,
};
