import type { Failure } from './failure';

/** One AWS API behind the endpoint. */
export interface Service {
  /** @returns the answer; throws a {@link Failure} for every error that the API knows. */
  answer(operation: string, input: Record<string, unknown>, call: Call): Promise<object>;
  /** Says in the API's own way that the caller may not do it. */
  denied(message: string): Failure;
  /** Answers now those who wait for something to come. */
  endWaits?(): void;
}

/** The call being answered. */
export interface Call {
  /** Returns if the caller may do this, throws what {@link Service.denied} made if not. */
  permit(permission: Permission): Promise<void>;
  /** `127.0.0.1:4567`: where the caller found the endpoint. */
  readonly host: string;
  /** @returns a signal that aborts when the caller has gone */
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
