import { isNativeError } from 'node:util/types';

/** One read-only call about one resource. Several checks may rest on its answer; it is asked once. */
export type Question<Answer = unknown> = AwsQuestion<Answer> | PageQuestion<Answer>;

interface Call<Answer> {
  /** The resource in words, for a person: `the table twinlane-log`. */
  readonly subject: string;
  /** Undefined means that there is no such resource. Rejects with what the client throws; see {@link put}. */
  readonly ask: () => Promise<Answer | undefined>;
}

/** A call to AWS. */
export interface AwsQuestion<Answer = unknown> extends Call<Answer>, Permission {}

/** What IAM has to allow. */
export interface Permission {
  /** The IAM action the call needs, such as `dynamodb:DescribeTable`. */
  readonly action: string;
  /** The ARN to allow that action on, or `*` where IAM knows no narrower one. */
  readonly arn: string;
}

/** A GET of a public page, without credentials. */
interface PageQuestion<Answer = unknown> extends Call<Answer> {
  readonly url: string;
}

/** Whether AWS is asked, with its credentials. */
export function isAwsQuestion(question: Question): question is AwsQuestion {
  return 'action' in question;
}

/** What came of a question: an answer, no such resource, or no answer for the reason given. */
export type Outcome<Answer = unknown> =
  { readonly answer: Answer } | { readonly missing: string } | { readonly unanswered: string };

/** Asks the question. Rejects only for what is no failure of AWS, the network or the credentials: a fault in this code. */
export async function put<Answer>(question: Question<Answer>): Promise<Outcome<Answer>> {
  try {
    const answer = await question.ask();
    return answer === undefined ? missing(question) : { answer };
  } catch (error) {
    if (error instanceof Error && MISSING.test(error.name)) {
      return missing(question);
    }
    return { unanswered: isAwsQuestion(question) ? reason(error, question) : reasonOfPage(error, question) };
  }
}

/**
 * Why AWS gave no answer, in one sentence; throws the error again if it does not come from an AWS client.
 * Reasons that concern every call alike name no resource, so that they read the same on all of them.
 */
export function reason(error: unknown, { action, arn }: Permission): string {
  if (!(error instanceof Error)) {
    throw error;
  }
  if (NO_CREDENTIALS.test(error.name)) {
    return `there are no AWS credentials (${firstLine(error)}): set AWS_PROFILE or sign in`;
  }
  if (!('$metadata' in error)) {
    throw error;
  }
  if (REFUSED_CREDENTIALS.test(error.name)) {
    return 'AWS refuses the credentials: they are wrong or have expired, sign in again';
  }
  if (DENIED.test(error.name)) {
    return `not permitted: allow ${action} on ${arn}`;
  }
  if (THROTTLED.test(error.name)) {
    return `AWS throttles ${action}: try again in a minute`;
  }
  if ('code' in error && typeof error.code === 'string') {
    return `AWS did not answer (${error.code}): check the network, the region and AWS_ENDPOINT_URL`;
  }
  return `${action} failed: ${error.name}: ${firstLine(error)}`;
}

/** Why a page gave no answer, in one sentence; throws the error again if it does not come from `fetch`. */
function reasonOfPage(error: unknown, { url }: PageQuestion): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return `${url} did not answer in time: try again in a minute`;
  }
  // Where there was no answer fetch throws a TypeError, which has the network's own error for a cause.
  if (isNativeError(error) && isNativeError(error.cause)) {
    const { code = error.cause.message } = error.cause as NodeJS.ErrnoException;
    return `${url} did not answer (${code}): check the network`;
  }
  throw error;
}

// The services spell the same failure differently: ListenerNotFound, NoSuchHostedZone, ResourceNotFoundException;
// AccessDenied, AccessDeniedException, UnauthorizedOperation. Patterns cover the spellings of all of them.
const MISSING = /NotFound|^NoSuch/;
const DENIED = /AccessDenied|Unauthorized|NotAuthorized|Forbidden/;
const THROTTLED = /Throttl|TooManyRequests|LimitExceeded/;
const NO_CREDENTIALS = /CredentialsProvider|TokenProvider/;
const REFUSED_CREDENTIALS =
  /ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|SignatureDoesNotMatch/;

function missing({ subject }: Question) {
  return { missing: `${subject} does not exist` };
}

function firstLine(error: Error): string {
  return error.message.split('\n', 1)[0] ?? '';
}
