import { ANYONE, type Principal } from '../../lambda/realtime/principal';
import { Problem } from '../../service/problem';

/** @returns a token of the subject, good for so many seconds. What verifies real ones is tried elsewhere. */
export function tokenOf(
  { tenant, subject }: Pick<Principal, 'tenant' | 'subject'>,
  now: number,
  seconds: number,
): string {
  const issuedAt = Math.floor(now / 1000);
  return `${tenant}/${subject}/${issuedAt}/${issuedAt + seconds}`;
}

/** @returns whose request it is; throws as the service does if the token is not good any more. */
export function principalOf(authorization: string | undefined, now: number): Principal {
  if (authorization === undefined) {
    return ANYONE;
  }
  const [tenant = '', subject = '', issuedAt, expiresAt] = authorization.slice('Bearer '.length).split('/');
  if (Number(expiresAt) <= now / 1000) {
    throw new Problem('unauthorized', 'The token is too old');
  }
  return { tenant, subject, scopes: [], issuedAt: Number(issuedAt), expiresAt: Number(expiresAt) };
}
