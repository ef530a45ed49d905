/** Codes of sockets that were refused, cut or silent. */
const SOCKET_CODES = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN'];

/** Throttling that AWS answers with 400 instead of 429. */
const THROTTLING = [
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TransactionInProgressException',
];

/** @returns whether an error of an AWS client will pass by itself: throttling, a 5xx, a timeout, a broken socket. */
export function isTransient(error: unknown): boolean {
  const { name, code, $metadata } = error as { name?: string; code?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  return (
    status === 429 ||
    status >= 500 ||
    name === 'TimeoutError' ||
    THROTTLING.includes(name ?? '') ||
    SOCKET_CODES.includes(code ?? '')
  );
}
