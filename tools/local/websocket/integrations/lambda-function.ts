import type { Backends } from './backends';
import { IntegrationFailure, type IntegrationRequest, type IntegrationResponse } from './mapping';

/**
 * Invokes the function of an integration that is not a proxy: its event is the mapped body, and its payload the response. With the header
 * `X-Amz-Invocation-Type: Event` the gateway does not wait for it.
 *
 * @param credentialsArn - role that must have `lambda:InvokeFunction`. Without it the function's resource policy would decide, which is not
 *   evaluated here
 */
export async function invokeFunction(
  functionArn: string,
  credentialsArn: string | undefined,
  { body, headers }: IntegrationRequest,
  timeoutMs: number,
  { invoke, mayInvoke }: Backends,
): Promise<IntegrationResponse> {
  const denied = credentialsArn === undefined ? undefined : await mayInvoke(credentialsArn, functionArn);
  if (denied !== undefined) {
    throw new IntegrationFailure(denied);
  }
  const invocation = invoke(functionArn, eventOf(body), timeoutMs);
  const [, type] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'x-amz-invocation-type') ?? [];
  if (type === 'Event') {
    return { statusCode: 202, headers: {}, body: '' };
  }
  const outcome = await invocation;
  if (!('error' in outcome)) {
    return { statusCode: 200, headers: {}, body: JSON.stringify(outcome.payload ?? null) };
  }
  if (outcome.error === 'TimedOut') {
    throw new IntegrationFailure(outcome.message, true);
  }
  const { errorMessage } = (outcome.payload ?? {}) as { errorMessage?: unknown };
  // Lambda answers 200 to an invocation whose function failed: the message selects the integration response [D].
  return {
    statusCode: 200,
    headers: {},
    body: JSON.stringify(outcome.payload ?? null),
    key: String(errorMessage ?? outcome.message),
  };
}

function eventOf(body: string): unknown {
  try {
    return JSON.parse(body === '' ? '{}' : body);
  } catch {
    throw new IntegrationFailure(`the event of the function is not JSON: ${JSON.stringify(body.slice(0, 100))}`);
  }
}
