import type { Caller } from '../identity/credentials';
import type { Failure } from './failure';

/** One AWS API behind the endpoint. */
export interface Service {
  /** @returns the response. Throws a {@link Failure} for every error of the API */
  answer(operation: string, input: Record<string, unknown>, call: Call): Promise<object>;
  /** Creates the API's own error for a denied call. */
  denied(message: string): Failure;
  /** Ends all long polls at once. */
  endWaits?(): void;
}

/** The call that is being handled. */
export interface Call {
  /** Resolves if the caller has the permission. Rejects with the error of {@link Service.denied} otherwise. */
  permit(permission: Permission): Promise<void>;
  /** The signer of the request. */
  readonly caller: Caller;
  /** The Region that the caller's SDK has signed the request for: `us-east-1`. */
  readonly region: string;
  /** The account of the caller's role; for a person, the account of the app's first stack with an entry point. */
  readonly accountId: string;
  /** The host in the caller's URL: `127.0.0.1:4567`. */
  readonly host: string;
  /** @returns a signal that aborts when the caller disconnects */
  gone(): AbortSignal;
}

/** A permission that a call requires. */
export interface Permission {
  /** `dynamodb:PutItem` */
  readonly action: string;
  /** An ARN, or `*`. */
  readonly resource: string;
  /** Condition keys: `dynamodb:LeadingKeys`. */
  readonly context?: Readonly<Record<string, string | string[]>>;
}
