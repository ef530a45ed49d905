import type { JWTPayload } from 'jose';

/** Time at which these tests verify tokens, in milliseconds since 1970. */
export const NOW = Date.parse('2026-01-01T00:00:00Z');
export const SECONDS = NOW / 1000;

/** Claims that are valid at {@link NOW}. */
export const CLAIMS: JWTPayload = {
  iss: 'https://login.example.com/',
  aud: 'https://api.example.com',
  sub: 'alice',
  tenant: 'acme',
  iat: SECONDS - 60,
  exp: SECONDS + 600,
};
