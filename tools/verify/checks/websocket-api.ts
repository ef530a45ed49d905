import {
  type ApiMapping,
  type DomainNameConfiguration,
  GetApiCommand,
  GetApiMappingsCommand,
  GetDomainNameCommand,
  GetStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import type { Aws } from '../aws';
import { type Check, check, facts } from '../check';
import type { Deployment } from '../deployment';
import type { Question } from '../question';

/** The Regional custom domain of the API's own host. The records rest on it too: they point at its own DNS name. */
export function domainOf(deployment: Deployment, aws: Aws): Question<DomainNameConfiguration> {
  const { managementHost } = deployment;
  return {
    ...get(deployment, `/domainnames/${managementHost}`, `the custom domain ${managementHost}`),
    ask: async () => {
      const command = new GetDomainNameCommand({ DomainName: managementHost });
      return (await aws.apiGateway.send(command)).DomainNameConfigurations?.[0];
    },
  };
}

export function webSocketApiChecks(
  deployment: Deployment,
  aws: Aws,
  domain: Question<DomainNameConfiguration>,
): Check[] {
  const { apiId, stage, managementHost, managementCertificateArn } = deployment;
  const api = {
    ...get(deployment, `/apis/${apiId}`, `the WebSocket API ${apiId}`),
    ask: () => aws.apiGateway.send(new GetApiCommand({ ApiId: apiId })),
  };
  const mappings: Question<ApiMapping[]> = {
    ...get(deployment, `/domainnames/${managementHost}/apimappings`, domain.subject),
    ask: async () => {
      const command = new GetApiMappingsCommand({ DomainName: managementHost });
      return (await aws.apiGateway.send(command)).Items ?? [];
    },
  };
  return [
    check('The API speaks WebSocket', [api], ({ ProtocolType }) => ({
      kept: ProtocolType === 'WEBSOCKET',
      found: facts(ProtocolType),
    })),
    check("The API's default endpoint is off", [api], ({ DisableExecuteApiEndpoint }) => ({
      kept: DisableExecuteApiEndpoint === true,
      found: DisableExecuteApiEndpoint ? 'off' : 'on',
    })),
    check(`${managementHost} is available, Regional, dual-stack, at least TLS 1.2`, [domain], (found) => ({
      kept:
        found.DomainNameStatus === 'AVAILABLE' &&
        found.EndpointType === 'REGIONAL' &&
        found.IpAddressType === 'dualstack' &&
        found.SecurityPolicy === 'TLS_1_2',
      found: facts(found.DomainNameStatus, found.EndpointType, found.IpAddressType, found.SecurityPolicy),
    })),
    check(`${managementHost} presents the promised certificate`, [domain], (found) => ({
      kept: found.CertificateArn === managementCertificateArn,
      found: found.CertificateArn ?? 'no certificate',
    })),
    check(`${managementHost} maps to the stage ${stage} of ${apiId}, and to nothing else`, [mappings], (found) => ({
      kept: found.length === 1 && found.every((to) => to.ApiId === apiId && to.Stage === stage && !to.ApiMappingKey),
      found: found.map((to) => `/${to.ApiMappingKey ?? ''} → ${to.ApiId} ${to.Stage}`).join('; ') || 'no mapping',
    })),
    ...stageChecks(deployment, aws),
  ];
}

function stageChecks(deployment: Deployment, aws: Aws): Check[] {
  const { apiId, stage, rateLimit, burstLimit } = deployment;
  const question = {
    ...get(deployment, `/apis/${apiId}/stages/${stage}`, `the stage ${stage} of the WebSocket API ${apiId}`),
    ask: () => aws.apiGateway.send(new GetStageCommand({ ApiId: apiId, StageName: stage })),
  };
  const throttle = (rate: number | undefined, burst: number | undefined) =>
    `${rate ?? 'no limit'} a second, burst ${burst ?? 'not set'}`;
  return [
    check(
      `The stage throttles at ${throttle(rateLimit, burstLimit)}`,
      [question],
      ({ DefaultRouteSettings: found }) => ({
        kept: found?.ThrottlingRateLimit === rateLimit && found.ThrottlingBurstLimit === burstLimit,
        found: throttle(found?.ThrottlingRateLimit, found?.ThrottlingBurstLimit),
      }),
    ),
    check('The stage deploys every change', [question], ({ AutoDeploy }) => ({
      kept: AutoDeploy === true,
      found: AutoDeploy ? 'automatic' : 'by hand',
    })),
    check('The stage writes access logs', [question], ({ AccessLogSettings }) => ({
      kept: Boolean(AccessLogSettings?.DestinationArn),
      found: AccessLogSettings?.DestinationArn ?? 'no destination',
    })),
    check('The stage logs no message bodies', [question], ({ DefaultRouteSettings, RouteSettings = {} }) => {
      const routes = Object.entries({ 'every route': DefaultRouteSettings, ...RouteSettings });
      const traced = routes.filter(([, settings]) => settings?.DataTraceEnabled).map(([route]) => route);
      return { kept: traced.length === 0, found: traced.length === 0 ? 'none' : `data trace on: ${traced.join(', ')}` };
    }),
  ];
}

/** API Gateway's permissions are HTTP methods on the paths of its own API, in ARNs without an account. */
function get({ partition, region }: Deployment, path: string, subject: string) {
  return { action: 'apigateway:GET', arn: `arn:${partition}:apigateway:${region}::${path}`, subject };
}
