import { Unanswered } from './http-connection';
import { MalformedResponse } from './response-head';
import type { Response } from './response-reader';

/** An error of an AWS service. Its name is the service's own: `ConditionalCheckFailedException`. */
export class ServiceException extends Error {
  constructor(
    name: string,
    message: string,
    /** Of the HTTP response. */
    readonly status: number,
    /** The answer, with the members that this exception has. */
    readonly body: Readonly<Record<string, unknown>>,
  ) {
    super(message);
    this.name = name;
  }
}

/** @returns what a response that is no 2xx says. Its name is in a header or in the body, with a namespace or a URL about it. */
export function exceptionOf({ status, headers, body }: Response): ServiceException {
  const members = membersOf(body);
  const type = headers['x-amzn-errortype'] ?? members.__type ?? `Status${status}`;
  const name = String(type).replace(/^.*#/, '').replace(/:.*$/, '');
  return new ServiceException(name, String(members.message ?? members.Message ?? ''), status, members);
}

/** A load balancer in front of a service may answer with HTML: the status then says it all. */
function membersOf(body: Buffer): Record<string, unknown> {
  try {
    const members: unknown = JSON.parse(body.toString());
    return typeof members === 'object' && members !== null ? { ...members } : {};
  } catch {
    return {};
  }
}

/** Codes of sockets that were refused, cut or silent. */
const SOCKET_CODES = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN'];

/** Exceptions with the status 400 that pass: throttling, and an item that a transaction is writing. */
const TRANSIENT = [
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TransactionConflictException',
  'TransactionInProgressException',
];

/** @returns whether a failure will pass by itself: throttling, a conflict, a 5xx, a server that is silent, or not to be understood. */
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
