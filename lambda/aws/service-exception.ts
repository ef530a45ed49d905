import { Unanswered } from './http-connection';
import { MalformedResponse } from './response-head';
import type { Response } from './response-reader';

/** Error of an AWS service, with the service's name for it: `ConditionalCheckFailedException`. */
export class ServiceException extends Error {
  constructor(
    name: string,
    message: string,
    /** Status of the HTTP response. */
    readonly status: number,
    /** Body of the response, with the members of this exception. */
    readonly body: Readonly<Record<string, unknown>>,
  ) {
    super(message);
    this.name = name;
  }
}

/** Converts an error response. The name is in a header or in the body, and can have a namespace or a URL around it. */
export function exceptionOf({ status, headers, body }: Response): ServiceException {
  const members = membersOf(body);
  const type = headers['x-amzn-errortype'] ?? members.__type ?? `Status${status}`;
  const name = String(type).replace(/^.*#/, '').replace(/:.*$/, '');
  return new ServiceException(name, String(members.message ?? members.Message ?? ''), status, members);
}

/** Parses the body of an error response. A load balancer can respond with HTML, which has no members. */
function membersOf(body: Buffer): Record<string, unknown> {
  try {
    const members: unknown = JSON.parse(body.toString());
    return typeof members === 'object' && members !== null ? { ...members } : {};
  } catch {
    return {};
  }
}

/**
 * Codes of transient errors of sockets and DNS. A host name can be missing for a short time, while a deployment renames the
 * WebSocket API.
 */
const SOCKET_CODES = [
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
  ...['EAI_AGAIN', 'ENOTFOUND'],
];

/** Transient exceptions with the status 400: throttling and transaction conflicts. */
const TRANSIENT = [
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  // Amazon Cognito.
  'TooManyRequestsException',
  'TransactionConflictException',
  'TransactionInProgressException',
];

/** @returns true for a transient error: throttling, a conflict, a 5xx status, or no valid response. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ServiceException) {
    return error.status === 429 || error.status >= 500 || TRANSIENT.includes(error.name);
  }
  return (
    error instanceof Unanswered ||
    error instanceof MalformedResponse ||
    SOCKET_CODES.includes((error as { code?: string }).code ?? '')
  );
}
