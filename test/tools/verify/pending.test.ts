import type { CertificateDetail } from '@aws-sdk/client-acm';
import {
  type Answers,
  CERTIFICATE_DETAIL,
  DOMAIN,
  LOAD_BALANCER_DETAIL,
  LOG_STREAM,
  PASSING,
} from './passing-deployment';
import { mapping, MAPPINGS, SERVICE, STAGE, TABLE, targets } from './passing-deployment';
import { verified } from './mocked-aws';

const NOT_ISSUED: CertificateDetail = {
  ...CERTIFICATE_DETAIL,
  Status: 'PENDING_VALIDATION',
  InUseBy: [],
  NotAfter: undefined,
};
const CERTIFICATE_OF_BOTH = 'The certificate of api.example.com and ws.example.com';

/** Each state of a resource that AWS is still changing: the answers, and the checks that can pass later. */
const CHANGING: [how: string, changed: Partial<Answers>, pending: string[]][] = [
  [
    'a certificate is being validated',
    { DescribeCertificate: () => ({ Certificate: NOT_ISSUED }) },
    [`${CERTIFICATE_OF_BOTH} is issued and in use`, `${CERTIFICATE_OF_BOTH} is valid for at least 30 days`],
  ],
  [
    'a load balancer is being created',
    {
      DescribeLoadBalancers: () => ({ LoadBalancers: [{ ...LOAD_BALANCER_DETAIL, State: { Code: 'provisioning' } }] }),
    },
    ['The load balancer is active, dual-stack, and in two or more Availability Zones'],
  ],
  [
    'no target has passed its health checks yet',
    { DescribeTargetHealth: () => targets('initial', 'initial') },
    ['At least one target is healthy and none is unhealthy'],
  ],
  [
    'a service replaces its tasks',
    {
      DescribeServices: () => ({
        services: [{ ...SERVICE, deployments: [{ status: 'PRIMARY', rolloutState: 'IN_PROGRESS' }] }],
      }),
    },
    ['api has deployed the last change, and runs all tasks'],
  ],
  [
    'a custom domain is being updated',
    { GetDomainName: () => ({ DomainNameConfigurations: [{ ...DOMAIN, DomainNameStatus: 'UPDATING' }] }) },
    ['ws.example.com is available, Regional and dual-stack, and requires TLS 1.2'],
  ],
  [
    'a stage is being deployed',
    { GetStage: () => ({ ...STAGE, LastDeploymentStatusMessage: 'Deployment in progress' }) },
    ['The last deployment of the stage succeeded'],
  ],
  [
    'environments of an alias are being initialized',
    {
      GetProvisionedConcurrencyConfig: () => ({
        Status: 'IN_PROGRESS',
        AvailableProvisionedConcurrentExecutions: 0,
      }),
    },
    ['function:connect:live has a provisioned concurrency of at least 1'],
  ],
  [
    'a function is being created',
    {
      GetFunctionConfiguration: (input) => ({
        ...PASSING.GetFunctionConfiguration(input),
        ...(input.FunctionName === 'connect' && { State: 'Pending' }),
      }),
    },
    ['connect uses nodejs24.x on arm64, is active, and has tracing on'],
  ],
  [
    'a function is being updated',
    {
      GetFunctionConfiguration: (input) => ({
        ...PASSING.GetFunctionConfiguration(input),
        ...(input.FunctionName === 'connect' && { LastUpdateStatus: 'InProgress' }),
      }),
    },
    ['connect uses nodejs24.x on arm64, is active, and has tracing on'],
  ],
  [
    'a gradual deployment of a function is in progress',
    {
      ListAliases: ({ FunctionName }) => ({
        Aliases: [
          {
            Name: 'live',
            FunctionVersion: '6',
            ...(FunctionName === 'connect' && { RoutingConfig: { AdditionalVersionWeights: { 7: 0.1 } } }),
          },
        ],
      }),
    },
    ['Each alias of a function sends all invocations to one version'],
  ],
  [
    'a table without its stream is being updated',
    {
      DescribeTable: () => ({
        Table: { ...TABLE, TableStatus: 'UPDATING', StreamSpecification: undefined, LatestStreamArn: LOG_STREAM },
      }),
      ListEventSourceMappings: () => ({ EventSourceMappings: [...MAPPINGS, mapping(LOG_STREAM, 'revoke')] }),
    },
    ['log is active', 'log has a stream', 'connections is active', 'admission is active', 'admission has a stream'],
  ],
  [
    'time to live is being enabled',
    {
      DescribeTimeToLive: ({ TableName }) => ({
        TimeToLiveDescription: {
          TimeToLiveStatus: TableName === 'log' ? 'ENABLING' : 'ENABLED',
          AttributeName: 'expiresAt',
        },
      }),
    },
    ['log has time to live'],
  ],
  [
    'an event source mapping is being created',
    {
      ListEventSourceMappings: () => ({
        EventSourceMappings: [...MAPPINGS.slice(1), mapping(LOG_STREAM, 'dispatch', 'Creating')],
      }),
    },
    ['The stream of log invokes a function of the stack'],
  ],
];

describe('A check', () => {
  it.each(CHANGING)('is pending, and no check fails, while %s', async (_, changed, pending) => {
    const notPassed = (await verified(changed)).filter(({ result }) => result !== 'passed');

    expect(notPassed.map(({ expected, result }) => [expected, result])).toEqual(
      pending.map((expected) => [expected, 'pending']),
    );
  });
});
