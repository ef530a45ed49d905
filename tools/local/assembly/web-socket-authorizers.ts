import type { WebSocketRouteBlueprint } from '../blueprint';
import type { Assembly } from './assembly';
import type { FunctionArns } from './functions';
import type { Resource } from './resource';
import { functionAt } from './web-socket-integrations';

/** Reads the authorization of a route, whatever its integration is. An authorizer that is not of the assembly is a problem. */
export function webSocketAuthorizerOf(
  assembly: Assembly,
  route: Resource,
  functions: FunctionArns,
): Pick<WebSocketRouteBlueprint, 'authorizer' | 'requiresSignature'> {
  if (route.property('AuthorizationType').optionalText() === 'AWS_IAM') {
    return { requiresSignature: true };
  }
  const authorizerId = route.property('AuthorizerId').optionalText();
  if (authorizerId === undefined) return {};
  const authorizer = assembly
    .ofType('AWS::ApiGatewayV2::Authorizer')
    .find(({ identity }) => identity.ref === authorizerId);
  if (!authorizer) {
    route.property('AuthorizerId').fail(`${authorizerId} is not an authorizer of this assembly`);
    return {};
  }
  const functionArn = functionAt(authorizer, 'AuthorizerUri', functions);
  if (!functionArn) return {};
  const identitySources = authorizer
    .property('IdentitySource')
    .items()
    .map((source) => source.text());
  return { authorizer: { functionArn, identitySources } };
}
