import { ANYONE, type Principal } from '../../lambda/realtime/principal';
import { ALL_TOPIC_SCOPES } from '../../lambda/realtime/scopes';
import { Problem } from '../../service/problem';

/** @returns an unsigned token of the subject that expires after `seconds`. test/service has the tests of real tokens. */
export function tokenOf(
  { tenant, subject }: Pick<Principal, 'tenant' | 'subject'>,
  now: number,
  seconds: number,
): string {
  const issuedAt = Math.floor(now / 1000);
  return `${tenant}/${subject}/${issuedAt}/${issuedAt + seconds}`;
}

/** @returns the principal of a token, whether it has expired or not */
export function readToken(authorization: string): Principal {
  const [tenant = '', subject = '', issuedAt, expiresAt] = authorization.slice('Bearer '.length).split('/');
  return { tenant, subject, scopes: ALL_TOPIC_SCOPES, issuedAt: Number(issuedAt), expiresAt: Number(expiresAt) };
}

/** @returns the principal of a request. Throws, as the service does, if the token has expired. */
export function principalOf(authorization: string | undefined, now: number): Principal {
  if (authorization === undefined) {
    return ANYONE;
  }
  const principal = readToken(authorization);
  if (principal.expiresAt <= now / 1000) {
    throw new Problem('unauthorized', 'The token has expired');
  }
  return principal;
}
