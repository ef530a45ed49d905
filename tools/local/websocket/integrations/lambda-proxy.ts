import type { Outcome } from '../../functions/outcome';
import type { IntegrationResult } from './result';

/** @returns the gateway's result for an outcome: a payload without a numeric `statusCode` is malformed [C] */
export function proxyResult(outcome: Outcome): IntegrationResult {
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
