import { createHash } from 'node:crypto';
import { Failure } from '../failure';

/** Milliseconds for which DynamoDB keeps a client request token after its request finishes: "Amazon DynamoDB Transactions: How it works". */
const REMEMBERED_MS = 10 * 60 * 1000;

type Request = Readonly<Record<string, unknown>>;

/** Ongoing and completed transactions by client request token. A request without a token is performed each time. */
export class Idempotency {
  /** `doneAt` is undefined while the transaction is ongoing. */
  private readonly requests = new Map<string, { readonly digest: string; readonly doneAt?: number }>();

  constructor(private readonly now: () => number) {}

  /**
   * @returns true if the same request was already performed. Throws if it is ongoing, or if its token belongs to a different
   * request
   */
  isDone(request: Request): boolean {
    this.forget();
    const earlier = this.requests.get(String(request.ClientRequestToken));
    if (!earlier) {
      return false;
    }
    if (earlier.digest !== digestOf(request)) {
      throw new Failure(
        'com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException',
        'The provided client token is already in use with different parameters',
      );
    }
    if (earlier.doneAt === undefined) {
      throw new Failure(
        'com.amazonaws.dynamodb.v20120810#TransactionInProgressException',
        'The transaction with the given request token is already in progress.',
      );
    }
    return true;
  }

  /** Records that the transaction of a request is ongoing. */
  begin(request: Request): void {
    this.record(request, undefined);
  }

  /** Records that the transaction of a request is completed. */
  end(request: Request): void {
    this.record(request, this.now());
  }

  /** Forgets a request whose ongoing transaction failed, so that it can be repeated. */
  abandon(request: Request): void {
    this.requests.delete(String(request.ClientRequestToken));
  }

  private record(request: Request, doneAt: number | undefined): void {
    if (request.ClientRequestToken !== undefined) {
      const token = String(request.ClientRequestToken);
      this.requests.delete(token);
      this.requests.set(token, { digest: digestOf(request), ...(doneAt !== undefined && { doneAt }) });
    }
  }

  private forget(): void {
    // The oldest are first. An ongoing transaction that delays this ends within milliseconds.
    for (const [token, { doneAt = Number.POSITIVE_INFINITY }] of this.requests) {
      if (doneAt > this.now() - REMEMBERED_MS) {
        return;
      }
      this.requests.delete(token);
    }
  }
}

function digestOf(request: object): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64');
}
