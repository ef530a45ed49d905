import type { ErrorCode, FrameRefusal, ServerFrame } from '../../client/protocol';

/** Messages of refusals that do not depend on the content of the request. */
const MESSAGES = {
  unauthorized: 'The authorization has expired. Connect again with a new ticket.',
  forbidden: 'The token does not allow this. Reading needs the scope topics:read, publishing the scope topics:write.',
  rate_limited: 'Rate limit exceeded. Wait, then try again.',
  not_connected: 'This connection is closing. Open a new one.',
  conflict: 'A message with this id and other data was published before.',
  subscription_limit: 'This connection has the maximum number of subscriptions. Unsubscribe from a topic first.',
  connection_limit: 'The subject has the maximum number of connections. A newer one replaces this one.',
  unavailable: 'Temporarily unavailable. Try again later.',
} satisfies Partial<Record<ErrorCode, string>>;

/** @param retryAfter seconds to wait before a retry; undefined if a retry cannot succeed. */
export function refusalOf(code: keyof typeof MESSAGES, retryAfter?: number): FrameRefusal {
  return { code, message: MESSAGES[code], ...(retryAfter !== undefined && { retryAfter }) };
}

/** Error codes of handshakes that were refused, or failed. */
const HANDSHAKES = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  500: 'internal',
  503: 'unavailable',
} as const;

/** @returns the error code that corresponds to the status of a handshake that was refused, or failed */
export const codeOfHandshake = (status: keyof typeof HANDSHAKES): ErrorCode => HANDSHAKES[status];

/** @returns the error codes in an answer, each once: that of an error, or those of topics that were refused */
export function codesOf(answer: ServerFrame): ErrorCode[] {
  if (answer.type === 'error') {
    return [answer.code];
  }
  return answer.type === 'subscribed' && 'topics' in answer
    ? [...new Set(Object.values(answer.topics).flatMap((result) => ('code' in result ? [result.code] : [])))]
    : [];
}

/** Thrown for a request that is not allowed, or not yet. Becomes an error frame, or a problem of the HTTP API. */
export class Refused extends Error {
  /** @param retryAfter seconds to wait before a retry; undefined if a retry cannot succeed. */
  constructor(
    readonly code: 'unauthorized' | 'forbidden' | 'rate_limited' | 'not_connected',
    readonly retryAfter?: number,
  ) {
    super(MESSAGES[code]);
    this.name = 'Refused';
  }
}
