import type { CheckName } from './canary';
import { TimeUp } from './within';

/** Failure of a check. Its message is the reason in the report: one line without tokens, tickets, secrets and bodies. */
export class CheckFailure extends Error {
  /** @param check - that fails. @default - the one that is running */
  constructor(
    reason: string,
    readonly check?: CheckName,
  ) {
    super(reason);
    this.name = 'CheckFailure';
  }
}

/** Words for codes of errors of sockets, DNS and TLS. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection closed before a complete answer',
  EPIPE: 'connection closed before a complete answer',
  ETIMEDOUT: 'connection timed out',
  EHOSTUNREACH: 'host cannot be reached',
  ENETUNREACH: 'network cannot be reached',
  ENOTFOUND: 'host name not found',
  EAI_AGAIN: 'DNS did not answer',
  ERR_INVALID_URL: 'invalid URL',
  CERT_HAS_EXPIRED: 'certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate is for another host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate is not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate is not trusted',
};

/** @returns what happened, without the message of the error, which can contain data: `connection refused (ECONNREFUSED)` */
export function wordsOf(error: unknown): string {
  if (error instanceof CheckFailure || error instanceof TimeUp) {
    return error.message;
  }
  const code = codeOf(error);
  if (!code) {
    return error instanceof Error ? error.name : 'failed';
  }
  const words = WORDS[code] ?? FAMILIES.find(([pattern]) => pattern.test(code))?.[1];
  return words ? `${words} (${code})` : code;
}

/** Words for codes with many members. */
const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^HPE_/, 'the answer is not HTTP'],
  [/^(EPROTO$|ERR_SSL_)/, 'the TLS handshake failed, for example because the server expects http:// or ws://'],
];

/** @returns the code of an error, also of one that stands for several attempts to connect, which has an empty message */
function codeOf(error: unknown): string | undefined {
  const { code, errors } = (error ?? {}) as { code?: unknown; errors?: unknown[] };
  return typeof code === 'string' ? code : errors?.length ? codeOf(errors[0]) : undefined;
}

/** @returns a URL without its query, fragment and user */
export function plainUrl(url: string): string {
  return url.replace(/[?#].*$/s, '').replace(/^(\w+:\/\/)[^/]*@/, '$1');
}
