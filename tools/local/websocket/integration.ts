import type { Outcome } from '../functions/outcome';

/**
 * Invokes a function.
 *
 * @param timeoutMs - time after which the outcome is `TimedOut`. The function can continue, as on AWS
 * @returns the outcome. Rejects if the function does not exist
 */
export type Invoke = (functionName: string, event: unknown, timeoutMs: number) => Promise<Outcome>;

/** A function's response as a Lambda proxy integration reads it, or the reason why there is none. */
export type IntegrationResult =
  | { readonly statusCode: number; readonly headers: Readonly<Record<string, string>>; readonly body?: string }
  | { readonly failure: string; readonly timedOut: boolean };

/** @returns the gateway's result for an outcome: a payload without a numeric `statusCode` is malformed [C] */
export function integrationResult(outcome: Outcome): IntegrationResult {
  if ('error' in outcome) {
    return { failure: outcome.message, timedOut: outcome.error === 'TimedOut' };
  }
  const { payload } = outcome;
  if (typeof payload !== 'object' || payload === null) {
    return malformed('it is not an object');
  }
  const { statusCode, headers, body } = payload as Record<string, unknown>;
  if (typeof statusCode !== 'number' || !Number.isInteger(statusCode)) {
    return malformed('it has no numeric statusCode');
  }
  if (body !== undefined && body !== null && typeof body !== 'string') {
    return malformed('its body is not a string');
  }
  return { statusCode, headers: isHeaders(headers) ? headers : {}, body: body ?? undefined };
}

function malformed(why: string): IntegrationResult {
  return { failure: `Malformed Lambda proxy response: ${why}`, timedOut: false };
}

function isHeaders(headers: unknown): headers is Record<string, string> {
  return typeof headers === 'object' && headers !== null;
}
