import type { ApiMapping, DomainNameConfiguration, GetStageCommandOutput } from '@aws-sdk/client-apigatewayv2';
import { type Answers, DOMAIN, STAGE } from '../passing-deployment';
import { itFailsFor } from '../mocked-aws';

const domain = (changed: Partial<DomainNameConfiguration>): Partial<Answers> => ({
  GetDomainName: () => ({ DomainNameConfigurations: [{ ...DOMAIN, ...changed }] }),
});

const mappings = (...Items: ApiMapping[]): Partial<Answers> => ({ GetApiMappings: () => ({ Items }) });

const stage = (changed: Partial<GetStageCommandOutput>): Partial<Answers> => ({
  GetStage: () => ({ ...STAGE, ...changed }),
});

describe('The checks of the WebSocket API', () => {
  itFailsFor("The API's protocol is WebSocket", [
    ['another protocol', { GetApi: () => ({ ProtocolType: 'HTTP', DisableExecuteApiEndpoint: true }) }, 'HTTP'],
  ]);

  itFailsFor("The API's default endpoint is disabled", [
    ['an enabled one', { GetApi: () => ({ ProtocolType: 'WEBSOCKET', DisableExecuteApiEndpoint: false }) }, 'enabled'],
    ['no setting', { GetApi: () => ({ ProtocolType: 'WEBSOCKET' }) }, 'enabled'],
  ]);

  itFailsFor('ws.example.com is available, Regional and dual-stack, and requires TLS 1.2', [
    [
      'a pending certificate',
      domain({ DomainNameStatus: 'PENDING_CERTIFICATE_REIMPORT' }),
      'PENDING_CERTIFICATE_REIMPORT, REGIONAL, dualstack, TLS_1_2',
    ],
    ['an edge endpoint', domain({ EndpointType: 'EDGE' }), 'AVAILABLE, EDGE, dualstack, TLS_1_2'],
    ['IPv4 only', domain({ IpAddressType: 'ipv4' }), 'AVAILABLE, REGIONAL, ipv4, TLS_1_2'],
    ['TLS 1.0', domain({ SecurityPolicy: 'TLS_1_0' }), 'AVAILABLE, REGIONAL, dualstack, TLS_1_0'],
  ]);

  itFailsFor('ws.example.com has the expected certificate', [
    ['another certificate', domain({ CertificateArn: 'arn:other' }), 'arn:other'],
    ['no certificate', domain({ CertificateArn: undefined }), 'no certificate'],
  ]);

  itFailsFor('ws.example.com maps only to the stage live of the API api1', [
    ['no mapping', mappings(), 'no mapping'],
    ['another API', mappings({ ApiId: 'api2', Stage: 'live' }), '/ → api2 live'],
    ['another stage', mappings({ ApiId: 'api1', Stage: 'test' }), '/ → api1 test'],
    ['a path', mappings({ ApiId: 'api1', Stage: 'live', ApiMappingKey: 'v1' }), '/v1 → api1 live'],
    [
      'a second mapping',
      mappings({ ApiId: 'api1', Stage: 'live' }, { ApiId: 'api2', Stage: 'live', ApiMappingKey: 'old' }),
      '/ → api1 live; /old → api2 live',
    ],
  ]);

  itFailsFor('The stage throttles at 500 requests a second, burst 200', [
    [
      'another rate',
      stage({ DefaultRouteSettings: { ThrottlingRateLimit: 10_000, ThrottlingBurstLimit: 200 } }),
      '10000 requests a second, burst 200',
    ],
    [
      'another burst',
      stage({ DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 5_000 } }),
      '500 requests a second, burst 5000',
    ],
    ['no throttle', stage({ DefaultRouteSettings: undefined }), 'no rate limit'],
  ]);

  itFailsFor('The stage deploys changes automatically', [
    ['manual deployments', stage({ AutoDeploy: undefined }), 'manual'],
  ]);

  itFailsFor('The stage writes access logs', [
    ['no logs', stage({ AccessLogSettings: undefined }), 'no destination'],
    [
      'a format without a destination',
      stage({ AccessLogSettings: { Format: '$context.requestId' } }),
      'no destination',
    ],
  ]);

  itFailsFor('The stage does not log message bodies', [
    [
      'data trace',
      stage({ DefaultRouteSettings: { ...STAGE.DefaultRouteSettings, DataTraceEnabled: true } }),
      'data tracing on: every route',
    ],
    [
      'data trace of one route',
      stage({ RouteSettings: { $default: { DataTraceEnabled: true }, $connect: { DataTraceEnabled: false } } }),
      'data tracing on: $default',
    ],
  ]);
});
