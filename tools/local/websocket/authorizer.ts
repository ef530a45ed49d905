import type { Outcome } from '../functions/outcome';
import type { Client } from './client';
import { allowsInvoke } from './invoke-policy';

/** Decision of an authorizer about a handshake. */
export type Verdict =
  | { readonly admitted: true; readonly context: Readonly<Record<string, unknown>> }
  | { readonly admitted: false; readonly statusCode: 401 | 403 | 500; readonly reason: string };

/**
 * Compiles identity sources: `route.request.header.Authorization`, `route.request.querystring.token`,
 * `stageVariables.NAME`, `context.NAME`. Throws for any other.
 *
 * @returns a test that a client sent all of them. If not, the response is 401, and the authorizer is not invoked [D]. Header
 * names are case-insensitive [U].
 */
export function identityCheck(
  sources: readonly string[],
  stageVariables: Readonly<Record<string, string>>,
): (client: Client) => boolean {
  const checks = sources.map((source): ((client: Client) => boolean) => {
    const [, kind, name = ''] =
      /^\$?(?:route\.request\.(header|querystring)|(?:stageVariables|context))\.(.+)$/.exec(source) ?? [];
    if (kind === 'header') {
      const wanted = name.toLowerCase();
      return ({ headers }) =>
        Object.entries(headers.single).some(([key, value]) => key.toLowerCase() === wanted && value !== '');
    }
    if (kind === 'querystring') {
      return ({ query }) => Boolean(query.single[name]);
    }
    if (name === '') {
      throw new Error(`An identity source is a header, querystring, stageVariables or context value, got ${source}`);
    }
    return () => source.includes('context.') || Boolean(stageVariables[name]);
  });
  return (client) => checks.every((holds) => holds(client));
}

/**
 * @param methodArn - ARN that the returned policy must allow
 * @param latencyMs - duration of the authorizer, which becomes `integrationLatency`
 * @param maxBytes - maximum size of the result, as JSON
 */
export function verdictOf(outcome: Outcome, methodArn: string, latencyMs: number, maxBytes: number): Verdict {
  if ('error' in outcome) {
    const { errorMessage } = (outcome.payload ?? {}) as { errorMessage?: unknown };
    return errorMessage === 'Unauthorized'
      ? { admitted: false, statusCode: 401, reason: 'the authorizer failed with Unauthorized' }
      : failed(outcome.message);
  }
  const { payload } = outcome;
  if (typeof payload !== 'object' || payload === null) {
    return failed('the authorizer did not return an object');
  }
  if (Buffer.byteLength(JSON.stringify(payload)) > maxBytes) {
    return failed(`the authorizer returned more than ${maxBytes} bytes`);
  }
  const { principalId, policyDocument, context = {} } = payload as Record<string, unknown>;
  if (typeof principalId !== 'string' || typeof policyDocument !== 'object' || policyDocument === null) {
    return failed('the authorizer returned no principalId or no policyDocument');
  }
  const entries = Object.entries(context ?? {});
  if (entries.some(([, value]) => typeof value === 'object')) {
    return failed('a value of the authorizer context is not a string, number or boolean');
  }
  let allowed: boolean;
  try {
    allowed = allowsInvoke(policyDocument, methodArn);
  } catch (error) {
    return failed((error as Error).message);
  }
  return allowed
    ? {
        admitted: true,
        // Numbers and booleans become text, as API Gateway documents for REST APIs [D]; for WebSocket APIs [U].
        context: {
          ...Object.fromEntries(entries.map(([key, value]) => [key, String(value)])),
          principalId,
          integrationLatency: latencyMs,
        },
      }
    : { admitted: false, statusCode: 403, reason: `the authorizer's policy does not allow ${methodArn}` };
}

function failed(reason: string): Verdict {
  return { admitted: false, statusCode: 500, reason };
}
