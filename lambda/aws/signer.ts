import { createHash } from 'node:crypto';
import { sign } from 'aws4';
import type { Credentials } from './credentials';

/** An unsigned request. */
export interface Post {
  /** @default 'POST' */
  readonly method?: 'POST' | 'DELETE';
  /** Host, and the port if it is not the default of the scheme. */
  readonly host: string;
  /** Path of the URL, percent-encoded, with a leading slash and without a query. */
  readonly path: string;
  /** Headers by lowercase name, in addition to those that {@link Signer} adds. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Signs requests with Signature Version 4. aws4 caches the signing key for a day. This class caches the hash of the last
 * body, because consecutive posts usually have the same body.
 */
export class Signer {
  private last = { body: '', length: '0', hash: hashOf('') };

  /** @param service signing name of the service, such as `execute-api`. */
  constructor(
    private readonly service: string,
    private readonly region: string,
  ) {}

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
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    const signed = sign(
      {
        method,
        service: this.service,
        region: this.region,
        host,
        path,
        headers: {
          ...headers,
          host,
          'content-length': this.last.length,
          'x-amz-content-sha256': this.last.hash,
          'x-amz-date': new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, ''),
          ...(sessionToken && { 'x-amz-security-token': sessionToken }),
        },
      },
      { accessKeyId, secretAccessKey },
    );
    return signed.headers as Record<string, string>;
  }
}

const hashOf = (body: string) => createHash('sha256').update(body).digest('hex');
