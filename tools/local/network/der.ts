/** Distinguished Encoding Rules (X.690): the values that a certificate consists of. */

/** @returns a value with its tag and length */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

export function sequence(...values: readonly Uint8Array[]): Buffer {
  return der(0x30, ...values);
}

export function set(...values: readonly Uint8Array[]): Buffer {
  return der(0x31, ...values);
}

/** @param tag - number of a context-specific tag, around a value */
export function explicit(tag: number, value: Uint8Array): Buffer {
  return der(0xa0 + tag, value);
}

/** A positive integer. @param bytes - big-endian */
export function integer(bytes: Uint8Array): Buffer {
  // A first bit of 1 would make it negative.
  return der(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

export function boolean(value: boolean): Buffer {
  return der(0x01, Buffer.from([value ? 0xff : 0]));
}

export function bits(bytes: Uint8Array, unused = 0): Buffer {
  return der(0x03, Buffer.from([unused]), bytes);
}

export function octets(bytes: Uint8Array): Buffer {
  return der(0x04, bytes);
}

export function utf8(text: string): Buffer {
  return der(0x0c, Buffer.from(text));
}

/** @param id - `2.5.29.17` */
export function objectId(id: string): Buffer {
  const [first = 0, second = 0, ...rest] = id.split('.').map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** A time before the year 2050. */
export function utcTime(time: Date): Buffer {
  return der(0x17, Buffer.from(`${time.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
}

/** @returns the text form of a DER value: `-----BEGIN CERTIFICATE-----` */
export function pem(label: string, value: Buffer): string {
  const lines = value.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

function lengthOf(length: number): number[] {
  if (length < 0x80) {
    return [length];
  }
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return [0x80 + bytes.length, ...bytes];
}

function base128(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [...base128(value >> 7).map((byte) => byte | 0x80), low];
}
