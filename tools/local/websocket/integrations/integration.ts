import type { IntegrationBlueprint, WebSocketRouteBlueprint } from '../../blueprint';
import { callService } from './aws-service';
import type { Backends } from './backends';
import { invokeFunction } from './lambda-function';
import { proxyResult } from './lambda-proxy';
import { IntegrationFailure, type IntegrationResponse, requestOf, responseOf, type RouteEvent } from './mapping';
import { mockResponse } from './mock';
import type { IntegrationResult } from './result';

type Mapped = Extract<IntegrationBlueprint, { type: 'MOCK' | 'AWS' }>;

/** Runs the integration of a route. Never rejects because of the client's input or the integration. */
export async function integrate(
  { integration, timeoutMs, returnsResponse }: WebSocketRouteBlueprint,
  event: RouteEvent,
  backends: Backends,
): Promise<IntegrationResult> {
  switch (integration.type) {
    case 'AWS_PROXY':
      return proxyResult(await backends.invoke(integration.functionArn, event, timeoutMs));
    case 'NONE':
      return { failure: integration.reason, timedOut: false };
    default:
      try {
        const response = await responseOfBackend(integration, event, timeoutMs, backends);
        return mappedResult(integration, event, response, returnsResponse);
      } catch (error) {
        // Also those of the template's own mistakes, such as an invalid pattern as key of a response.
        return { failure: (error as Error).message, timedOut: error instanceof IntegrationFailure && error.timedOut };
      }
  }
}

function responseOfBackend(
  integration: Mapped,
  event: RouteEvent,
  timeoutMs: number,
  backends: Backends,
): IntegrationResponse | Promise<IntegrationResponse> {
  const request = requestOf(integration, event);
  if (integration.type === 'MOCK') {
    return mockResponse(request);
  }
  const { target, credentialsArn } = integration;
  return 'functionArn' in target
    ? invokeFunction(target.functionArn, credentialsArn, request, timeoutMs, backends)
    : callService(backends.awsEndpoint, target, credentialsArn, request, timeoutMs);
}

/**
 * The result of an integration with templates. A route that answers needs an integration response that matches [D], and an error of the
 * integration that none matches is a failure [U].
 */
function mappedResult(
  integration: Mapped,
  event: RouteEvent,
  response: IntegrationResponse,
  answers: boolean,
): IntegrationResult {
  const { statusCode, body, key } = response;
  const succeeded = statusCode >= 200 && statusCode <= 299 && key === undefined;
  const mapped = responseOf(integration, event, response);
  const isConnect = event.requestContext.routeKey === '$connect';
  if (!succeeded && (isConnect || !answers || !mapped) && integration.type === 'AWS') {
    const status = key === undefined ? ` with status ${statusCode}` : '';
    return { failure: `the integration answered${status}: ${(key ?? body).slice(0, 500)}`, timedOut: false };
  }
  if (!mapped && answers && !isConnect) {
    const failure = `the integration has no integration response for ${key ?? statusCode}, nor one for $default`;
    return { failure, timedOut: false };
  }
  return { statusCode, headers: mapped?.headers ?? {}, ...(mapped && { body: mapped.body }) };
}
