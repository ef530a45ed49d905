import type { ApiMapping, DomainNameConfiguration, GetStageCommandOutput } from '@aws-sdk/client-apigatewayv2';
import { type Answers, DOMAIN, STAGE } from '../kept-promises';
import { itIsBrokenBy } from '../mocked-aws';

const domain = (changed: Partial<DomainNameConfiguration>): Partial<Answers> => ({
  GetDomainName: () => ({ DomainNameConfigurations: [{ ...DOMAIN, ...changed }] }),
});

const mappings = (...Items: ApiMapping[]): Partial<Answers> => ({ GetApiMappings: () => ({ Items }) });

const stage = (changed: Partial<GetStageCommandOutput>): Partial<Answers> => ({
  GetStage: () => ({ ...STAGE, ...changed }),
});

describe('WebSocket API', () => {
  itIsBrokenBy('The API speaks WebSocket', [
    ['another protocol', { GetApi: () => ({ ProtocolType: 'HTTP', DisableExecuteApiEndpoint: true }) }, 'HTTP'],
  ]);

  itIsBrokenBy("The API's default endpoint is off", [
    ['an open one', { GetApi: () => ({ ProtocolType: 'WEBSOCKET', DisableExecuteApiEndpoint: false }) }, 'on'],
    ['never having been told', { GetApi: () => ({ ProtocolType: 'WEBSOCKET' }) }, 'on'],
  ]);

  itIsBrokenBy('ws.example.com is available, Regional, dual-stack, at least TLS 1.2', [
    [
      'waiting for its certificate',
      domain({ DomainNameStatus: 'PENDING_CERTIFICATE_REIMPORT' }),
      'PENDING_CERTIFICATE_REIMPORT, REGIONAL, dualstack, TLS_1_2',
    ],
    ['an edge endpoint', domain({ EndpointType: 'EDGE' }), 'AVAILABLE, EDGE, dualstack, TLS_1_2'],
    ['IPv4 only', domain({ IpAddressType: 'ipv4' }), 'AVAILABLE, REGIONAL, ipv4, TLS_1_2'],
    ['TLS 1.0', domain({ SecurityPolicy: 'TLS_1_0' }), 'AVAILABLE, REGIONAL, dualstack, TLS_1_0'],
  ]);

  itIsBrokenBy('ws.example.com presents the promised certificate', [
    ['another certificate', domain({ CertificateArn: 'arn:other' }), 'arn:other'],
    ['no certificate', domain({ CertificateArn: undefined }), 'no certificate'],
  ]);

  itIsBrokenBy('ws.example.com maps to the stage live of api1, and to nothing else', [
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

  itIsBrokenBy('The stage throttles at 500 a second, burst 200', [
    [
      'another rate',
      stage({ DefaultRouteSettings: { ThrottlingRateLimit: 10_000, ThrottlingBurstLimit: 200 } }),
      '10000 a second, burst 200',
    ],
    [
      'another burst',
      stage({ DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 5_000 } }),
      '500 a second, burst 5000',
    ],
    ['no throttle', stage({ DefaultRouteSettings: undefined }), 'no limit a second, burst not set'],
  ]);

  itIsBrokenBy('The stage deploys every change', [
    ['deployments by hand', stage({ AutoDeploy: undefined }), 'by hand'],
  ]);

  itIsBrokenBy('The stage writes access logs', [
    ['no logs', stage({ AccessLogSettings: undefined }), 'no destination'],
    [
      'a format without a destination',
      stage({ AccessLogSettings: { Format: '$context.requestId' } }),
      'no destination',
    ],
  ]);

  itIsBrokenBy('The stage logs no message bodies', [
    [
      'data trace',
      stage({ DefaultRouteSettings: { ...STAGE.DefaultRouteSettings, DataTraceEnabled: true } }),
      'data trace on: every route',
    ],
    [
      'data trace of one route',
      stage({ RouteSettings: { $default: { DataTraceEnabled: true }, $connect: { DataTraceEnabled: false } } }),
      'data trace on: $default',
    ],
  ]);
});
