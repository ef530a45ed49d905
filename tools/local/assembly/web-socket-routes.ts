import type { WebSocketRouteBlueprint } from '../blueprint';
import type { Assembly } from './assembly';
import type { FunctionArns } from './functions';
import type { NotEmulated } from './not-emulated';
import type { Resource } from './resource';
import { webSocketAuthorizerOf } from './web-socket-authorizers';
import { webSocketIntegrationOf } from './web-socket-integrations';

/** Reads an `AWS::ApiGatewayV2::Route` of a WebSocket API. @returns none if a problem was reported */
export function webSocketRouteOf(
  assembly: Assembly,
  route: Resource,
  functions: FunctionArns,
  notEmulated: NotEmulated,
): WebSocketRouteBlueprint[] {
  const target = route.property('Target').text();
  const integration = byRef(assembly, 'AWS::ApiGatewayV2::Integration', target.replace('integrations/', ''));
  if (!integration) {
    route.property('Target').fail(`${target} is not an integration of this assembly`);
    return [];
  }
  if (route.property('ApiKeyRequired').flag(false)) {
    const type = 'AWS::ApiGatewayV2::Route (ApiKeyRequired)';
    notEmulated.add(type, route.logicalId, 'API keys are not required: any client can connect.');
  }
  const called = webSocketIntegrationOf(assembly, integration, functions, notEmulated);
  const authorizer = webSocketAuthorizerOf(assembly, route, functions);
  return called
    ? [
        {
          routeKey: route.property('RouteKey').text(),
          integration: called,
          timeoutMs: integration.property('TimeoutInMillis').number(29_000),
          returnsResponse: assembly
            .ofType('AWS::ApiGatewayV2::RouteResponse')
            .some((response) => response.property('RouteId').text() === route.identity.ref),
          ...authorizer,
        },
      ]
    : [];
}

function byRef(assembly: Assembly, type: string, ref: string): Resource | undefined {
  return assembly.ofType(type).find(({ identity }) => identity.ref === ref);
}
