import { createHmac } from 'node:crypto';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Milliseconds for which a password is valid. */
const STEP = 30_000;

/**
 * @param secretBase32 - the secret that authenticator apps get, in base32 (RFC 4648), in any case, with or without padding and spaces
 * @param now - milliseconds since 1970
 * @returns the time-based one-time password of 6 digits (RFC 6238, HMAC-SHA-1). Throws if the secret is not in base32
 */
export function oneTimePassword(secretBase32: string, now: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / STEP)));
  const hash = createHmac('sha1', decoded(secretBase32)).update(counter).digest();
  const offset = (hash.at(-1) ?? 0) & 15;
  const number = (hash.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000;
  return String(number).padStart(6, '0');
}

function decoded(base32: string): Buffer {
  const text = base32.toUpperCase().replace(/[\s=]/g, '');
  const bytes: number[] = [];
  let [value, bits] = [0, 0];
  for (const letter of text) {
    const index = BASE32.indexOf(letter);
    if (index < 0) {
      throw new Error('The secret of the one-time passwords must be in base32: letters and the digits 2 to 7');
    }
    value = ((value << 5) | index) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  return Buffer.from(bytes);
}
