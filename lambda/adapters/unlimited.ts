import type { RateLimits, CloseRequests } from '../realtime/ports';

/** Rate limits and close requests without authentication, which has no subjects and no authorizations that expire. */
export const unlimited: RateLimits & CloseRequests = {
  spend: async () => 'spent',
  charge: async () => undefined,
  close: async () => undefined,
};
