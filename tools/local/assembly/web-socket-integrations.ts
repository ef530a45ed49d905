import type { IntegrationBlueprint, MappingBlueprint } from '../blueprint';
import type { Assembly } from './assembly';
import type { FunctionArns } from './functions';
import type { NotEmulated } from './not-emulated';
import type { Property } from './property';
import type { Resource } from './resource';

/** Services that integrations can call here. */
const SERVICES = ['dynamodb', 'events', 'sns', 'sqs'];

/** `arn:aws:apigateway:us-east-1:dynamodb:action/PutItem`; a service can have a subdomain. */
const SERVICE_URI = /^arn:[^:]+:apigateway:([^:]+):(?:[^:]+\.)?([^:.]+):(action|path)\/(.*)$/s;

/**
 * Reads an `AWS::ApiGatewayV2::Integration` of a WebSocket API. One that calls what does not run here is listed as not emulated, and its
 * route fails.
 *
 * @returns undefined if a problem was reported
 */
export function webSocketIntegrationOf(
  assembly: Assembly,
  integration: Resource,
  functions: FunctionArns,
  notEmulated: NotEmulated,
): IntegrationBlueprint | undefined {
  const type = integration.property('IntegrationType').text();
  switch (type) {
    case 'AWS_PROXY': {
      const functionArn = functionAt(integration, 'IntegrationUri', functions);
      return functionArn === undefined ? undefined : { type, functionArn };
    }
    case 'MOCK':
      return { type, ...mappingOf(assembly, integration, notEmulated) };
    case 'AWS': {
      const target = targetOf(integration, functions);
      const credentialsArn = integration.property('CredentialsArn').optionalText();
      if (target === undefined) return undefined;
      if ('service' in target && !SERVICES.includes(target.service)) {
        return notRunning(integration, `AWS: ${target.service}`, `the service ${target.service}`, notEmulated);
      }
      return {
        ...{ type, target },
        ...(credentialsArn !== undefined && { credentialsArn }),
        ...mappingOf(assembly, integration, notEmulated),
      };
    }
    default:
      return notRunning(integration, type, `an integration of type ${type}`, notEmulated);
  }
}

/** @returns the ARN of the function in a URI; undefined if it is not one of the assembly, which is reported */
export function functionAt(resource: Resource, property: string, functions: FunctionArns): string | undefined {
  const uri = resource.property(property).text();
  const functionArn = functions.find(uri, resource);
  if (!functionArn) resource.property(property).fail(`${uri} is not a function of this assembly`);
  return functionArn;
}

function targetOf(
  integration: Resource,
  functions: FunctionArns,
): Extract<IntegrationBlueprint, { type: 'AWS' }>['target'] | undefined {
  const uri = integration.property('IntegrationUri').text();
  const [, region = '', service = '', kind, rest = ''] = SERVICE_URI.exec(uri) ?? [];
  if (kind === undefined) {
    integration.property('IntegrationUri').fail(`${uri} is not the ARN of an operation or a path of a service`);
    return undefined;
  }
  if (service === 'lambda') {
    const functionArn = functionAt(integration, 'IntegrationUri', functions);
    return functionArn === undefined ? undefined : { functionArn };
  }
  return kind === 'action' ? { service, region, action: rest } : { service, region, path: rest };
}

function notRunning(integration: Resource, type: string, what: string, notEmulated: NotEmulated): IntegrationBlueprint {
  notEmulated.add(
    `AWS::ApiGatewayV2::Integration (${type})`,
    integration.logicalId,
    'What it calls does not run here: its routes fail with Internal server error.',
  );
  return { type: 'NONE', reason: `${what} does not run here` };
}

function mappingOf(assembly: Assembly, integration: Resource, notEmulated: NotEmulated): MappingBlueprint {
  const responses = assembly
    .ofType('AWS::ApiGatewayV2::IntegrationResponse')
    .filter((response) => response.property('IntegrationId').text() === integration.identity.ref);
  for (const resource of [integration, ...responses]) {
    if (resource.property('ContentHandlingStrategy').optionalText() === 'CONVERT_TO_BINARY') {
      const type = 'AWS::ApiGatewayV2::Integration (CONVERT_TO_BINARY)';
      notEmulated.add(type, resource.logicalId, 'Bodies are not converted: they stay text.');
    }
  }
  return {
    requestTemplates: textsOf(integration.property('RequestTemplates')),
    ...expressionOf(integration),
    passthroughBehavior: integration.property('PassthroughBehavior').optionalText() ?? 'WHEN_NO_MATCH',
    requestParameters: textsOf(integration.property('RequestParameters')),
    responses: responses.map((response) => ({
      key: response.property('IntegrationResponseKey').text(),
      templates: textsOf(response.property('ResponseTemplates')),
      ...expressionOf(response),
      parameters: textsOf(response.property('ResponseParameters')),
    })),
  };
}

function expressionOf(resource: Resource): Pick<MappingBlueprint, 'templateSelectionExpression'> {
  const templateSelectionExpression = resource.property('TemplateSelectionExpression').optionalText();
  return templateSelectionExpression === undefined ? {} : { templateSelectionExpression };
}

/** The texts by key. A template can be an object in JSON: CloudFormation accepts it as text. */
function textsOf(property: Property): Record<string, string> {
  return Object.fromEntries(
    property.entries().map(([key, one]) => {
      const value = one.value();
      return [key, typeof value === 'string' ? value : JSON.stringify(value)];
    }),
  );
}
