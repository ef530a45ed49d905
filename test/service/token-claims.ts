import type { JWTPayload } from 'jose';

/** When the tokens of these tests are taken, in milliseconds since 1970. */
export const NOW = Date.parse('2026-01-01T00:00:00Z');
export const SECONDS = NOW / 1000;

/** Claims that are good then. */
export const CLAIMS: JWTPayload = {
  iss: 'https://login.example.com/',
  aud: 'https://api.example.com',
  sub: 'alice',
  tenant: 'acme',
  iat: SECONDS - 60,
  exp: SECONDS + 600,
};
