import type { UserPoolBlueprint } from '../../blueprint';
import type { Page, PageAnswer } from '../endpoint';
import type { SigningKey } from './signing-key';

/** Default lifetime of a token in seconds, the same as a client's default in Cognito. */
const LIFETIME = 3600;

/** Claims that are times, in seconds since 1970. */
const TIMES = new Set(['nbf', 'iat', 'exp']);

/**
 * A user pool on this machine: its keys, as Cognito publishes them, and ID tokens on request. There are no passwords:
 * a program that can reach this machine's loopback interface can get a token for any subject.
 *
 * - `GET /{userPoolId}/.well-known/jwks.json`
 * - `GET /{userPoolId}/token?subject=alice&tenant=acme&scope=topics:read&expires_in=60` → `{"access_token", ...}`. Any
 *   other parameter is a claim of the token; `nbf`, `iat` and `exp` are numbers, as times are in claims.
 */
export class TokenIssuer implements Page {
  constructor(
    private readonly pool: Pick<UserPoolBlueprint, 'userPoolId' | 'clientIds'>,
    private readonly key: SigningKey,
    private readonly now: () => number,
  ) {}

  answer(method: string, url: URL): PageAnswer | undefined {
    const { userPoolId } = this.pool;
    if (method !== 'GET') {
      return undefined;
    }
    switch (url.pathname) {
      case `/${userPoolId}/.well-known/jwks.json`:
        return { status: 200, answer: { keys: [this.key.publicJwk] } };
      case `/${userPoolId}/token`:
        return this.token(url);
      default:
        return undefined;
    }
  }

  private token({ origin, searchParams }: URL): PageAnswer {
    const { subject, tenant, expires_in, ...claims } = Object.fromEntries(searchParams);
    const lifetime = Number(expires_in ?? LIFETIME);
    if (!subject || !Number.isSafeInteger(lifetime)) {
      const message =
        'subject is required, as in ?subject=alice&tenant=acme, and expires_in must be a whole number of seconds';
      return { status: 400, answer: { error: 'invalid_request', error_description: message } };
    }
    const iat = Math.floor(this.now() / 1000);
    const token = this.key.token({
      iss: `${origin}/${this.pool.userPoolId}`,
      aud: this.pool.clientIds[0],
      sub: subject,
      token_use: 'id',
      ...(tenant && { 'custom:tenant': tenant }),
      iat,
      exp: iat + lifetime,
      ...Object.fromEntries(
        Object.entries(claims).map(([name, value]) => [name, TIMES.has(name) ? Number(value) : value]),
      ),
    });
    return { status: 200, answer: { access_token: token, token_type: 'Bearer', expires_in: lifetime } };
  }
}
