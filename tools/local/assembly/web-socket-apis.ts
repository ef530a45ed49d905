import type { WebSocketApiBlueprint, WebSocketRouteBlueprint } from '../blueprint';
import type { Assembly } from './assembly';
import type { FunctionNames } from './functions';
import type { NotEmulated } from './not-emulated';
import type { Resource } from './resource';

/** Reads each `AWS::ApiGatewayV2::Api` with the protocol WEBSOCKET, with its routes, stage and domains. */
export function webSocketApisOf(
  assembly: Assembly,
  functions: FunctionNames,
  notEmulated: NotEmulated,
): WebSocketApiBlueprint[] {
  return assembly.ofType('AWS::ApiGatewayV2::Api').flatMap((api) => {
    if (api.property('ProtocolType').optionalText() !== 'WEBSOCKET') {
      notEmulated.add(
        'AWS::ApiGatewayV2::Api (HTTP)',
        api.logicalId,
        'HTTP APIs do not run here: requests to them fail.',
      );
      return [];
    }
    const apiId = api.identity.ref;
    const [stage, ...otherStages] = ofApi(assembly, 'AWS::ApiGatewayV2::Stage', apiId);
    if (!stage) {
      api.fail('the API has no stage, so nothing could connect to it');
      return [];
    }
    for (const { logicalId } of otherStages) {
      notEmulated.add('AWS::ApiGatewayV2::Stage', logicalId, 'Only the first stage of an API runs.');
    }
    return [
      {
        ...api.named,
        apiId,
        routeSelectionExpression: api.property('RouteSelectionExpression').text(),
        routes: ofApi(assembly, 'AWS::ApiGatewayV2::Route', apiId).flatMap((route) =>
          routeOf(assembly, route, functions, notEmulated),
        ),
        stage: stageOf(stage),
        domains: domainsOf(assembly, apiId, stage.identity.name),
        defaultEndpointDisabled: api.property('DisableExecuteApiEndpoint').flag(false),
      },
    ];
  });
}

function ofApi(assembly: Assembly, type: string, apiId: string): Resource[] {
  return assembly.ofType(type).filter((resource) => resource.property('ApiId').text() === apiId);
}

function stageOf(stage: Resource): WebSocketApiBlueprint['stage'] {
  const settings = stage.property('DefaultRouteSettings');
  const rateLimit = settings.at('ThrottlingRateLimit').optionalNumber();
  const burstLimit = settings.at('ThrottlingBurstLimit').optionalNumber();
  return {
    name: stage.identity.name,
    variables: stage.property('StageVariables').texts(),
    ...(rateLimit !== undefined && { rateLimit }),
    ...(burstLimit !== undefined && { burstLimit }),
  };
}

function domainsOf(assembly: Assembly, apiId: string, stageName: string): WebSocketApiBlueprint['domains'] {
  return ofApi(assembly, 'AWS::ApiGatewayV2::ApiMapping', apiId)
    .filter((mapping) => mapping.property('Stage').text() === stageName)
    .map((mapping) => ({
      host: mapping.property('DomainName').text(),
      mappingKey: mapping.property('ApiMappingKey').optionalText() ?? '',
    }));
}

function routeOf(
  assembly: Assembly,
  route: Resource,
  functions: FunctionNames,
  notEmulated: NotEmulated,
): WebSocketRouteBlueprint[] {
  const target = route.property('Target').text();
  const integration = byRef(assembly, 'AWS::ApiGatewayV2::Integration', target.replace('integrations/', ''));
  if (!integration) {
    route.property('Target').fail(`${target} is not an integration of this assembly`);
    return [];
  }
  const integrationType = integration.property('IntegrationType').text();
  if (integrationType !== 'AWS_PROXY') {
    const type = `AWS::ApiGatewayV2::Integration (${integrationType})`;
    notEmulated.add(type, integration.logicalId, 'Only Lambda integrations run here, so the route does not exist.');
    return [];
  }
  const functionName = functionAt(integration, 'IntegrationUri', functions);
  if (!functionName) return [];

  const authorizer = authorizerOf(assembly, route, functions, notEmulated);
  return [
    {
      routeKey: route.property('RouteKey').text(),
      functionName,
      timeoutMs: integration.property('TimeoutInMillis').number(29_000),
      returnsResponse: assembly
        .ofType('AWS::ApiGatewayV2::RouteResponse')
        .some((response) => response.property('RouteId').text() === route.identity.ref),
      ...(authorizer && { authorizer }),
    },
  ];
}

function authorizerOf(
  assembly: Assembly,
  route: Resource,
  functions: FunctionNames,
  notEmulated: NotEmulated,
): WebSocketRouteBlueprint['authorizer'] {
  if (route.property('AuthorizationType').optionalText() === 'AWS_IAM') {
    const type = 'AWS::ApiGatewayV2::Route (AWS_IAM)';
    notEmulated.add(type, route.logicalId, 'Signatures are not required: any client can connect.');
  }
  const authorizerId = route.property('AuthorizerId').optionalText();
  if (authorizerId === undefined) return undefined;
  const authorizer = byRef(assembly, 'AWS::ApiGatewayV2::Authorizer', authorizerId);
  if (!authorizer) {
    route.property('AuthorizerId').fail(`${authorizerId} is not an authorizer of this assembly`);
    return undefined;
  }
  const functionName = functionAt(authorizer, 'AuthorizerUri', functions);
  if (!functionName) return undefined;
  return {
    functionName,
    identitySources: authorizer
      .property('IdentitySource')
      .items()
      .map((source) => source.text()),
  };
}

function functionAt(resource: Resource, property: string, functions: FunctionNames): string | undefined {
  const uri = resource.property(property).text();
  const functionName = functions.find(uri);
  if (!functionName) resource.property(property).fail(`${uri} is not a function of this assembly`);
  return functionName;
}

function byRef(assembly: Assembly, type: string, ref: string): Resource | undefined {
  return assembly.ofType(type).find(({ identity }) => identity.ref === ref);
}
