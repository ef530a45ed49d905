import type { IncomingHttpHeaders } from 'node:http';

/** Minutes for which a signature in headers is valid, before and after its date. */
const VALID_MINUTES = 5;

/** The signature of a handshake: in the form of the header `Authorization`, or the reason why it is not valid. */
export type Signature = { readonly authorization: string } | { readonly refusal: string };

/**
 * Reads the signature (Version 4) of a handshake, from its headers or from its query string (`X-Amz-Credential`). Only its dates are
 * checked: signatures are not verified here.
 *
 * @param url - path and query
 * @param now - milliseconds since 1970
 */
export function signatureOf(headers: IncomingHttpHeaders, url: string, now: number): Signature {
  const query = new URLSearchParams(url.split('?')[1] ?? '');
  const credential = query.get('X-Amz-Credential');
  const authorization =
    credential === null
      ? (headers.authorization ?? '')
      : `${query.get('X-Amz-Algorithm') ?? ''} Credential=${credential}, Signature=${query.get('X-Amz-Signature') ?? ''}`;
  if (!/^AWS4-[A-Z0-9-]+ .*\bCredential=[^/,\s]+\//.test(authorization)) {
    return { refusal: 'Missing Authentication Token' };
  }
  const date = credential === null ? headers['x-amz-date'] : query.get('X-Amz-Date');
  const signedAt = timeOf(String(date ?? headers.date ?? ''));
  if (Number.isNaN(signedAt)) {
    return { refusal: "The request requires existence of either a 'X-Amz-Date' or a 'Date' header." };
  }
  const seconds = Number(query.get('X-Amz-Expires') ?? VALID_MINUTES * 60);
  if (signedAt + seconds * 1000 < now) {
    return { refusal: `Signature expired: ${basic(signedAt)} is now earlier than ${basic(now - seconds * 1000)}` };
  }
  const latest = now + VALID_MINUTES * 60_000;
  if (signedAt > latest) {
    return { refusal: `Signature not yet current: ${basic(signedAt)} is still later than ${basic(latest)}` };
  }
  return { authorization };
}

/** @param date - `20241111T113524Z`, or a date of HTTP. @returns milliseconds; NaN for any other text */
function timeOf(date: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date)?.slice(1);
  return Date.parse(parts ? `${parts.slice(0, 3).join('-')}T${parts.slice(3).join(':')}Z` : date);
}

/** @returns `20241111T113524Z` */
function basic(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, '');
}
