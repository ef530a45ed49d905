import type { WebSocketApiBlueprint } from '../blueprint';
import type { Assembly } from './assembly';
import type { FunctionArns } from './functions';
import type { NotEmulated } from './not-emulated';
import type { Resource } from './resource';
import { webSocketRouteOf } from './web-socket-routes';

/** Reads each `AWS::ApiGatewayV2::Api` with the protocol WEBSOCKET, with its routes, stage and domains. */
export function webSocketApisOf(
  assembly: Assembly,
  functions: FunctionArns,
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
      notEmulated.add(
        'AWS::ApiGatewayV2::Api (without a stage)',
        api.logicalId,
        'An API without a stage has no endpoint, on AWS and here.',
      );
      return [];
    }
    for (const { logicalId } of otherStages) {
      notEmulated.add('AWS::ApiGatewayV2::Stage', logicalId, 'Only the first stage of an API runs.');
    }
    return [
      {
        ...api.regional,
        apiId,
        routeSelectionExpression: api.property('RouteSelectionExpression').text(),
        routes: ofApi(assembly, 'AWS::ApiGatewayV2::Route', apiId).flatMap((route) =>
          webSocketRouteOf(assembly, route, functions, notEmulated),
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
