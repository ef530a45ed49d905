import { isNativeError } from 'node:util/types';

/** One read-only call about one resource. Several checks can use its answer; it runs once. */
export type Query<Answer = unknown> = AwsQuery<Answer> | PageQuery<Answer> | OtherQuery<Answer>;

interface Call<Answer> {
  /** Description of the resource: `the table twinlane-log`. */
  readonly subject: string;
  /** Resolves to undefined if the resource does not exist. Rejects with the client's error; see {@link outcomeOf}. */
  readonly run: () => Promise<Answer | undefined>;
}

/** A call to AWS. */
export interface AwsQuery<Answer = unknown> extends Call<Answer>, Permission {
  /** Other permissions that AWS requires for the call. */
  readonly also?: Permission | readonly Permission[];
}

/** IAM permission that a call needs. */
export interface Permission {
  /** IAM action, such as `dynamodb:DescribeTable`. */
  readonly action: string;
  /** ARN to allow the action on, or `*` if the action has no resource-level permissions. */
  readonly arn: string;
}

/** A GET of a public page, without credentials. */
interface PageQuery<Answer = unknown> extends Call<Answer> {
  readonly url: string;
}

/** A call to something else, such as DNS or a program on this machine. */
interface OtherQuery<Answer = unknown> extends Call<Answer> {
  /** Reason why there was no answer, with a fix. Rethrows an error that is a bug. */
  readonly reason: (error: unknown) => string;
}

/** @returns true for a call to AWS, which needs credentials */
export function isAwsQuery(query: Query): query is AwsQuery {
  return 'action' in query;
}

/** The permissions that a call needs. */
export function permissionsOf({ action, arn, also }: AwsQuery): [Permission, ...Permission[]] {
  return [{ action, arn }, ...[also ?? []].flat()];
}

/** Outcome of a query: an answer, a missing resource, or no answer and the reason. */
export type Outcome<Answer = unknown> =
  { readonly answer: Answer } | { readonly missing: string } | { readonly unanswered: string };

/** Runs the query. Rejects only for a bug in this code, not for a failure of AWS, the network or the credentials. */
export async function outcomeOf<Answer>(query: Query<Answer>): Promise<Outcome<Answer>> {
  try {
    const answer = await query.run();
    return answer === undefined ? missing(query) : { answer };
  } catch (error) {
    return isMissing(error) ? missing(query) : { unanswered: reasonOf(error, query) };
  }
}

function reasonOf(error: unknown, query: Query): string {
  if (isAwsQuery(query)) {
    return reason(error, permissionsOf(query));
  }
  return 'url' in query ? reasonOfPage(error, query) : query.reason(error);
}

/** @returns true for an error of AWS which says that the resource does not exist */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && MISSING.test(error.name);
}

/** @returns true for an error of AWS which says that a permission is missing */
export function isDenied(error: unknown): boolean {
  return error instanceof Error && DENIED.test(error.name);
}

/**
 * Reason why AWS gave no answer, with a fix. Rethrows the error if it does not come from an AWS client. A reason that
 * concerns every call names no resource, so that it is the same for all of them.
 */
export function reason(error: unknown, permissions: readonly [Permission, ...Permission[]]): string {
  const [{ action }] = permissions;
  if (!(error instanceof Error)) {
    throw error;
  }
  if (NO_CREDENTIALS.test(error.name)) {
    return `no AWS credentials found (${firstLine(error)}). Fix: set AWS_PROFILE or sign in.`;
  }
  if (!('$metadata' in error)) {
    throw error;
  }
  if (REFUSED_CREDENTIALS.test(error.name)) {
    return 'the AWS credentials are invalid or have expired. Fix: sign in again.';
  }
  if (isDenied(error)) {
    return `access denied. Fix: allow ${permissions.map(({ action, arn }) => `${action} on ${arn}`).join(' and ')}.`;
  }
  if (THROTTLED.test(error.name)) {
    return `AWS throttled ${action}. Fix: try again in a minute.`;
  }
  if ('code' in error && typeof error.code === 'string') {
    return `AWS did not respond (${error.code}). Fix: check the network, the Region and AWS_ENDPOINT_URL.`;
  }
  if (error.name === 'SyntaxError') {
    return `the answer to ${action} is not from AWS. Fix: check AWS_ENDPOINT_URL and the proxy.`;
  }
  return `${action} failed: ${error.name}: ${firstLine(error)}`;
}

/** Reason why a page gave no answer, with a fix. Rethrows the error if it does not come from `fetch`. */
function reasonOfPage(error: unknown, { url }: PageQuery): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return `${url} did not respond in time. Fix: try again in a minute.`;
  }
  // If there was no response, fetch throws a TypeError whose cause is the network error.
  if (isNativeError(error) && isNativeError(error.cause)) {
    const { code = error.cause.message } = error.cause as NodeJS.ErrnoException;
    return `${url} did not respond (${code}). Fix: check the network.`;
  }
  throw error;
}

// The services name the same error differently: ListenerNotFound, NoSuchHostedZone, ResourceNotFoundException,
// QueueDoesNotExist, WAFNonexistentItemException; AccessDenied, AccessDeniedException, UnauthorizedOperation. The patterns
// match all of them.
const MISSING = /NotFound|^NoSuch|DoesNotExist|Nonexistent/;
const DENIED = /AccessDenied|Unauthorized|NotAuthorized|Forbidden/;
const THROTTLED = /Throttl|TooManyRequests|LimitExceeded/;
const NO_CREDENTIALS = /CredentialsProvider|TokenProvider/;
const REFUSED_CREDENTIALS =
  /ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch/;

function missing({ subject }: Query) {
  return { missing: `${subject} does not exist` };
}

function firstLine(error: Error): string {
  return error.message.split('\n', 1)[0] ?? '';
}
