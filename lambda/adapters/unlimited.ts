import type { RateLimits, CloseRequests } from '../realtime/ports';

/** Rate limits and close requests without authentication: there is no subject to count for, and no authorization that expires. */
export const unlimited: RateLimits & CloseRequests = {
  spend: async () => 'spent',
  close: async () => undefined,
};
