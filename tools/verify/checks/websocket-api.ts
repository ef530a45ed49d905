import {
  type ApiMapping,
  type DomainNameConfiguration,
  GetApiCommand,
  GetApiMappingsCommand,
  GetDomainNameCommand,
  GetStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import type { Aws } from '../aws';
import { type Check, check, facts } from '../../aws-checks/check';
import type { Deployment, WebSocketApi } from '../deployment';
import type { Query } from '../../aws-checks/query';

/** Query for the Regional custom domain of the API's own host. The checks of the DNS records use it, too. */
export function domainOf({ host }: WebSocketApi, deployment: Deployment, aws: Aws): Query<DomainNameConfiguration> {
  return {
    ...get(deployment, `/domainnames/${host}`, `the custom domain ${host}`),
    run: async () => {
      const command = new GetDomainNameCommand({ DomainName: host });
      return (await aws.apiGateway.send(command)).DomainNameConfigurations?.[0];
    },
  };
}

export function webSocketApiChecks(
  webSocketApi: WebSocketApi,
  deployment: Deployment,
  aws: Aws,
  domain: Query<DomainNameConfiguration>,
): Check[] {
  const { id: apiId, stage, host, certificateArn, mappingKey } = webSocketApi;
  const path = mappingKey && ` the path /${mappingKey}`;
  const api = {
    ...get(deployment, `/apis/${apiId}`, `the WebSocket API ${apiId}`),
    run: () => aws.apiGateway.send(new GetApiCommand({ ApiId: apiId })),
  };
  const mappings: Query<ApiMapping[]> = {
    ...get(deployment, `/domainnames/${host}/apimappings`, domain.subject),
    run: async () => {
      const command = new GetApiMappingsCommand({ DomainName: host });
      return (await aws.apiGateway.send(command)).Items ?? [];
    },
  };
  return [
    check("The API's protocol is WebSocket", [api], ({ ProtocolType }) => ({
      passed: ProtocolType === 'WEBSOCKET',
      found: facts(ProtocolType),
    })),
    check("The API's default endpoint is disabled", [api], ({ DisableExecuteApiEndpoint }) => ({
      passed: DisableExecuteApiEndpoint === true,
      found: DisableExecuteApiEndpoint ? 'disabled' : 'enabled',
    })),
    check(`${host} is available, Regional and dual-stack, and requires TLS 1.2`, [domain], (found) => ({
      passed:
        found.DomainNameStatus === 'AVAILABLE' &&
        found.EndpointType === 'REGIONAL' &&
        found.IpAddressType === 'dualstack' &&
        found.SecurityPolicy === 'TLS_1_2',
      pending: found.DomainNameStatus === 'UPDATING',
      found: facts(found.DomainNameStatus, found.EndpointType, found.IpAddressType, found.SecurityPolicy),
    })),
    check(`${host} has the expected certificate`, [domain], (found) => ({
      passed: found.CertificateArn === certificateArn,
      found: found.CertificateArn ?? 'no certificate',
    })),
    check(`${host} maps only${path} to the stage ${stage} of the API ${apiId}`, [mappings], (found) => ({
      passed:
        found.length === 1 &&
        found.every((to) => to.ApiId === apiId && to.Stage === stage && (to.ApiMappingKey ?? '') === mappingKey),
      found: found.map((to) => `/${to.ApiMappingKey ?? ''} → ${to.ApiId} ${to.Stage}`).join('; ') || 'no mapping',
    })),
    ...stageChecks(webSocketApi, deployment, aws),
  ];
}

function stageChecks(
  { id: apiId, stage, rateLimit, burstLimit }: WebSocketApi,
  deployment: Deployment,
  aws: Aws,
): Check[] {
  const query = {
    ...get(deployment, `/apis/${apiId}/stages/${stage}`, `the stage ${stage} of the WebSocket API ${apiId}`),
    run: () => aws.apiGateway.send(new GetStageCommand({ ApiId: apiId, StageName: stage })),
  };
  const throttle = (rate: number | undefined, burst: number | undefined) =>
    rate === undefined ? 'no rate limit' : `${rate} requests a second, burst ${burst ?? 'not set'}`;
  return [
    check(`The stage throttles at ${throttle(rateLimit, burstLimit)}`, [query], ({ DefaultRouteSettings: found }) => ({
      passed: found?.ThrottlingRateLimit === rateLimit && found.ThrottlingBurstLimit === burstLimit,
      found: throttle(found?.ThrottlingRateLimit, found?.ThrottlingBurstLimit),
    })),
    check('The stage deploys changes automatically', [query], ({ AutoDeploy }) => ({
      passed: AutoDeploy === true,
      found: AutoDeploy ? 'automatic' : 'manual',
    })),
    check('The last deployment of the stage succeeded', [query], ({ LastDeploymentStatusMessage: message }) => ({
      // API Gateway has no status for it, only this text. It begins with one of these words after the deployment has ended.
      passed: message?.startsWith('Successfully') === true,
      pending: message !== undefined && !message.includes('failed'),
      found: facts(message),
    })),
    check('The stage writes access logs', [query], ({ AccessLogSettings }) => ({
      passed: Boolean(AccessLogSettings?.DestinationArn),
      found: AccessLogSettings?.DestinationArn ?? 'no destination',
    })),
    check('The stage does not log message bodies', [query], ({ DefaultRouteSettings, RouteSettings = {} }) => {
      const routes = Object.entries({ 'every route': DefaultRouteSettings, ...RouteSettings });
      const traced = routes.filter(([, settings]) => settings?.DataTraceEnabled).map(([route]) => route);
      return {
        passed: traced.length === 0,
        found: traced.length === 0 ? 'data tracing off' : `data tracing on: ${traced.join(', ')}`,
      };
    }),
  ];
}

/** Permission for a GET of API Gateway's control plane: the action is the HTTP method, and the ARN is a path without an account. */
export function get({ partition, region }: Deployment, path: string, subject: string) {
  return { action: 'apigateway:GET', arn: `arn:${partition}:apigateway:${region}::${path}`, subject };
}
