import { IntegrationFailure, type IntegrationRequest, type IntegrationResponse } from './mapping';

/**
 * The response of a MOCK integration: the `statusCode` in the JSON that its request template creates, and no body. Without a template the
 * status is 200, as the CDK's own sample of a MOCK integration shows [C].
 *
 * Throws an {@link IntegrationFailure} if the template creates anything else.
 */
export function mockResponse({ body, isMapped }: IntegrationRequest): IntegrationResponse {
  return { statusCode: isMapped ? statusCodeOf(body) : 200, headers: {}, body: '' };
}

function statusCodeOf(body: string): number {
  let mapped: { statusCode?: unknown } | null = null;
  try {
    mapped = JSON.parse(body);
  } catch {
    // Refused below.
  }
  const statusCode = Number(mapped?.statusCode);
  if (!Number.isInteger(statusCode) || statusCode < 100 || statusCode > 599) {
    throw new IntegrationFailure(
      `the request template of a MOCK integration must create JSON with a statusCode, got ${JSON.stringify(body.slice(0, 100))}`,
    );
  }
  return statusCode;
}
