import type { Principal } from './principal';

/** 9999-12-31T23:59:59Z in seconds since 1970: the last second that ISO 8601 writes with a year of four digits. */
const LAST_SECOND = 253_402_300_799;

/** @returns the time at which the authorization ends, in ISO 8601, or undefined if it does not end before the year 10000. */
export function authorizedUntil({ expiresAt }: Pick<Principal, 'expiresAt'>): string | undefined {
  return expiresAt <= LAST_SECOND ? new Date(expiresAt * 1000).toISOString() : undefined;
}
