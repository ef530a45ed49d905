import { createHash } from 'node:crypto';
import { sign } from 'aws4';
import type { Credentials } from './credentials';

/** A request, before it is signed. */
export interface Post {
  /** @default 'POST' */
  readonly method?: 'POST' | 'DELETE';
  /** Host, and the port if it is not the scheme's own. */
  readonly host: string;
  /** Begins with a slash, percent-encoded, without a query. */
  readonly path: string;
  /** By lower-case name, beside those that {@link Signer} adds. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Signs with Signature Version 4. aws4 keeps the key it derives for a day; this keeps the hash of the last body, which
 * most often is the next one's too: a message goes to all its receivers.
 */
export class Signer {
  private last = { body: '', length: '0', hash: hashOf('') };

  /** @param service its signing name, such as `execute-api`. */
  constructor(
    private readonly service: string,
    private readonly region: string,
  ) {}

  /**
   * @param now milliseconds since 1970.
   * @returns all headers of the request, `Authorization` and `content-length` among them.
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
