import type { Allowances, Closer } from '../realtime/ports';

/** Where nobody is authenticated: there is no subject to count for, and no authorization that could end. */
export const noAdmission: Allowances & Closer = {
  spend: async () => 'spent',
  close: async () => undefined,
};
