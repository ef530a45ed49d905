import { createHash, createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject, sign } from 'node:crypto';

/** An RSA key that signs JSON Web Tokens with RS256, as Cognito's do (RFC 7515). */
export class SigningKey {
  /** The public key, as an entry of a JSON Web Key Set, with the key id that tokens contain. */
  readonly publicJwk: JsonWebKey & { readonly kid: string };
  private readonly privateKey: KeyObject;

  /** @param privateJwk RSA */
  constructor(privateJwk: JsonWebKey) {
    this.privateKey = createPrivateKey({ key: privateJwk, format: 'jwk' });
    const { kty, n, e } = createPublicKey(this.privateKey).export({ format: 'jwk' });
    const kid = createHash('sha256').update(`${n}`).digest('base64url');
    this.publicJwk = { kty, n, e, kid, alg: 'RS256', use: 'sig' };
  }

  /** @returns the claims as a signed token. */
  token(claims: object): string {
    const header = { typ: 'JWT', alg: 'RS256', kid: this.publicJwk.kid };
    const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${signed}.${sign('sha256', Buffer.from(signed), this.privateKey).toString('base64url')}`;
  }
}
