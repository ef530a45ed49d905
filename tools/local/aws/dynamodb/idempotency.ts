import { createHash } from 'node:crypto';
import { Failure } from '../failure';

/** Milliseconds for which DynamoDB keeps a client request token: API reference of TransactWriteItems. */
const REMEMBERED_MS = 10 * 60 * 1000;

type Request = Readonly<Record<string, unknown>>;

/** Completed transactions by client request token. */
export class Idempotency {
  private readonly done = new Map<string, { readonly request: string; readonly at: number }>();

  constructor(private readonly now: () => number) {}

  /** @returns true if the same request was already performed. Throws if its token belongs to a different request */
  isDone(request: Request): boolean {
    this.forget();
    const earlier = this.done.get(String(request.ClientRequestToken));
    if (earlier && earlier.request !== digestOf(request)) {
      throw new Failure(
        'com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException',
        'The provided client token is already in use with different parameters',
      );
    }
    return earlier !== undefined;
  }

  /** Records a completed request. A request without a token is not recorded, so it is performed each time. */
  remember(request: Request): void {
    if (request.ClientRequestToken !== undefined) {
      this.done.set(String(request.ClientRequestToken), { request: digestOf(request), at: this.now() });
    }
  }

  private forget(): void {
    for (const [token, { at }] of this.done) {
      if (at > this.now() - REMEMBERED_MS) {
        return;
      }
      this.done.delete(token);
    }
  }
}

function digestOf(request: object): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64');
}
