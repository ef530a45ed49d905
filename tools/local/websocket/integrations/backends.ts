import type { Outcome } from '../../functions/outcome';

/**
 * Invokes a function.
 *
 * @param timeoutMs - time after which the outcome is `TimedOut`. The function can continue, as on AWS
 * @returns the outcome. Rejects if the function does not exist
 */
export type Invoke = (functionArn: string, event: unknown, timeoutMs: number) => Promise<Outcome>;

/** Targets that integrations call. */
export interface Backends {
  readonly invoke: Invoke;
  /** Authorizes the invocation of a function by the role of the integration. @returns undefined if it is allowed, or else the line for the log */
  readonly mayInvoke: (roleArn: string, functionArn: string) => Promise<string | undefined>;
  /** `http://127.0.0.1:4567`: the AWS endpoint of this run. */
  readonly awsEndpoint: string;
}
