import { createHash, createHmac } from 'node:crypto';
import { RequestSigner } from 'aws4';
import type { Credentials } from './credentials';
import { SigningKey } from './signing-key';

/** An unsigned request. */
export interface Post {
  /** @default 'POST' */
  readonly method?: 'POST' | 'DELETE';
  /** Host, and the port if it is not the default of the scheme. */
  readonly host: string;
  /** Path of the URL, percent-encoded, with a leading slash and without a query. */
  readonly path: string;
  /** Headers by lowercase name, in addition to those that {@link Signer} adds. Must not change: they are cached by identity. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Headers of consecutive requests, with everything that determines them, and their canonical forms once aws4 has computed them. */
interface SharedHeaders {
  readonly last: object;
  readonly second: number;
  readonly host: string;
  readonly more: Post['headers'];
  readonly token: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  canonical?: string;
  names?: string;
}

/** Computes the canonical forms of the headers once for all requests that share them, and signs with a key in a fast form. */
class SharingSigner extends RequestSigner {
  constructor(
    request: ConstructorParameters<typeof RequestSigner>[0],
    private readonly by: Credentials,
    private readonly shared: SharedHeaders,
    private readonly key: SigningKey,
  ) {
    super(request, by);
  }

  override canonicalHeaders(): string {
    return (this.shared.canonical ??= super.canonicalHeaders());
  }

  override signedHeaders(): string {
    return (this.shared.names ??= super.signedHeaders());
  }

  override signature(): string {
    const key = this.key.of(this.by.secretAccessKey, this.getDate());
    return createHmac('sha256', key).update(this.stringToSign()).digest('hex');
  }
}

/**
 * Signs requests with Signature Version 4. Caches the hash of the last body, the canonical headers and the signing key,
 * because consecutive posts usually have the same body, and differ only in their paths.
 */
export class Signer {
  private last = { body: '', length: '0', hash: hashOf('') };
  private shared?: SharedHeaders;
  private readonly key: SigningKey;

  /** @param service signing name of the service, such as `execute-api`. */
  constructor(
    private readonly service: string,
    private readonly region: string,
  ) {
    this.key = new SigningKey(service, region);
  }

  /**
   * @param now milliseconds since 1970.
   * @returns all headers of the request, including `Authorization` and `content-length`.
   */
  sign(
    { method = 'POST', host, path, headers, body }: Post,
    credentials: Credentials,
    now: number,
  ): Record<string, string> {
    if (body !== this.last.body) {
      this.last = { body, length: String(Buffer.byteLength(body)), hash: hashOf(body) };
    }
    const shared = this.headersOf(host, headers, credentials.sessionToken, Math.floor(now / 1000));
    const { service, region } = this;
    const request = { method, service, region, host, path, headers: shared.headers };
    return new SharingSigner(request, credentials, shared, this.key).sign().headers as Record<string, string>;
  }

  /** @returns the headers of a request with the last body: those of the last request if nothing in them has changed. */
  private headersOf(host: string, more: Post['headers'], token: string | undefined, second: number): SharedHeaders {
    const { last, shared } = this;
    if (
      shared?.last === last &&
      shared.second === second &&
      shared.host === host &&
      shared.more === more &&
      shared.token === token
    ) {
      return shared;
    }
    const headers = {
      ...more,
      host,
      'content-length': last.length,
      'x-amz-content-sha256': last.hash,
      'x-amz-date': new Date(second * 1000).toISOString().replace(/[:-]|\.\d{3}/g, ''),
      ...(token && { 'x-amz-security-token': token }),
    };
    this.shared = { last, second, host, more, token, headers };
    return this.shared;
  }
}

const hashOf = (body: string) => createHash('sha256').update(body).digest('hex');
