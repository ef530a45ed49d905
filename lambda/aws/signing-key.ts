import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** Derives the signing key of Signature Version 4 for a service in a Region. Caches the last key, which is valid for a day. */
export class SigningKey {
  private last?: { secret: string; day: string; key: KeyObject };

  /** @param service signing name of the service, such as `execute-api`. */
  constructor(
    private readonly service: string,
    private readonly region: string,
  ) {}

  /**
   * @param secret secret access key.
   * @param day date in UTC: `20260131`.
   * @returns a KeyObject, because an HMAC in Node.js 24 is several times as slow with a buffer.
   */
  of(secret: string, day: string): KeyObject {
    if (this.last?.secret !== secret || this.last.day !== day) {
      let key: string | Buffer = `AWS4${secret}`;
      for (const part of [day, this.region, this.service, 'aws4_request']) {
        key = createHmac('sha256', key).update(part).digest();
      }
      this.last = { secret, day, key: createSecretKey(key as Buffer) };
    }
    return this.last.key;
  }
}
