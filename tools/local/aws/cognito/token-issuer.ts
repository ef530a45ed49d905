import { randomUUID } from 'node:crypto';
import type { UserPoolBlueprint } from '../../blueprint';
import type { Page, PageAnswer } from '../endpoint';
import type { SigningKey } from './signing-key';

/** Default lifetime of a token in seconds, the same as a client's default in Cognito. */
const LIFETIME = 3600;

/** Claims that are times, in seconds since 1970. */
const TIMES = new Set(['nbf', 'iat', 'exp', 'auth_time']);

/** Scope of an access token of a user who signed in without the hosted UI. */
const OWN_ATTRIBUTES = 'aws.cognito.signin.user.admin';

/**
 * A user pool on this machine: its documents, as Cognito publishes them, and tokens on request. There are no passwords:
 * a program that can reach this machine's loopback interface can get tokens for any subject.
 *
 * - `GET /{userPoolId}/.well-known/jwks.json`
 * - `GET /{userPoolId}/.well-known/openid-configuration`
 * - `GET /{userPoolId}/token?subject=alice&tenant=acme&scope=topics:read&expires_in=60` → `{"id_token", "access_token", ...}`. Any
 *   other parameter is a claim of both tokens; those that are times, such as `nbf`, `iat` and `exp`, are numbers.
 */
export class TokenIssuer implements Page {
  constructor(
    private readonly pool: Pick<UserPoolBlueprint, 'userPoolId' | 'issuer' | 'clientIds'>,
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
      case `/${userPoolId}/.well-known/openid-configuration`:
        return { status: 200, answer: this.configuration() };
      case `/${userPoolId}/token`:
        return this.tokens(url.searchParams);
      default:
        return undefined;
    }
  }

  /** The parts of Cognito's document that tokens need. Those for signing in are missing, because nobody signs in here. */
  private configuration(): object {
    const { issuer } = this.pool;
    return {
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code', 'token'],
      scopes_supported: ['openid', 'email', 'phone', 'profile'],
      subject_types_supported: ['public'],
    };
  }

  private tokens(parameters: URLSearchParams): PageAnswer {
    const { subject, tenant, expires_in, ...given } = Object.fromEntries(parameters);
    const lifetime = Number(expires_in ?? LIFETIME);
    if (!subject || !Number.isSafeInteger(lifetime)) {
      const message =
        'subject is required, as in ?subject=alice&tenant=acme, and expires_in must be a whole number of seconds';
      return { status: 400, answer: { error: 'invalid_request', error_description: message } };
    }
    const iat = Math.floor(this.now() / 1000);
    const clientId = this.pool.clientIds[0];
    const both = {
      iss: this.pool.issuer,
      sub: subject,
      origin_jti: randomUUID(),
      event_id: randomUUID(),
      auth_time: iat,
      iat,
      exp: iat + lifetime,
    };
    const claims = Object.fromEntries(
      Object.entries({ ...(tenant && { 'custom:tenant': tenant }), ...given }).map(([name, value]) => [
        name,
        TIMES.has(name) ? Number(value) : value,
      ]),
    );
    const idToken = {
      ...both,
      ...{ aud: clientId, token_use: 'id', 'cognito:username': subject, jti: randomUUID() },
      ...claims,
    };
    const accessToken = {
      ...both,
      ...{ client_id: clientId, token_use: 'access', username: subject, jti: randomUUID() },
      ...{ version: 2, scope: OWN_ATTRIBUTES },
      ...claims,
    };
    const answer = { id_token: this.key.token(idToken), access_token: this.key.token(accessToken) };
    return { status: 200, answer: { ...answer, token_type: 'Bearer', expires_in: lifetime } };
  }
}
