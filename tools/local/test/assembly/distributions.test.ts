import type { Blueprint } from '../../blueprint';
import { loadAssembly } from '../../assembly/load-assembly';
import { edgeApp } from '../edge-app';
import { assemblyOf } from './assembly-directory';

describe('an app behind a distribution', () => {
  let blueprint: Blueprint;
  let assembly: string;

  beforeAll(() => {
    assembly = edgeApp();
    blueprint = loadAssembly(assembly);
  });

  it('has its hosts, its default root object and its behaviors by precedence', () => {
    const [distribution] = blueprint.distributions;
    expect(distribution).toMatchObject({
      domainName: expect.stringMatching(/^d[0-9a-f]{13}\.cloudfront\.net$/),
      hosts: ['app.example.org'],
      defaultRootObject: 'index.html',
    });
    expect(
      distribution?.behaviors.map(({ pathPattern, methods, forwards }) => [pathPattern, methods.length, forwards]),
    ).toEqual([
      ['/web/*', 7, 'allExceptHost'],
      ['/inside/*', 7, 'allExceptHost'],
      ['/chat', 7, 'allExceptHost'],
      ['*', 2, 'nothing'],
    ]);
  });

  it('has origins that are a bucket, listeners and an API', () => {
    const listener = (id: string) =>
      blueprint.loadBalancers.flatMap(({ listeners }) => listeners).find(({ logicalId }) => logicalId.startsWith(id));
    const bucket = blueprint.buckets[0]?.name;
    expect(blueprint.distributions[0]?.origins.map(({ domainName, target }) => [domainName, target])).toEqual([
      [`${bucket}.s3.us-east-1.amazonaws.com`, { bucket }],
      ['api.example.org', { listener: listener('Public')?.logicalId }],
      ['inside.example.org', { listener: listener('Internal')?.logicalId }],
      ['ws.example.org', { webSocketApi: blueprint.webSocketApis[0]?.logicalId }],
    ]);
  });

  it('has the timeouts of its origins, or those of AWS', () => {
    const of = (host: string) => blueprint.distributions[0]?.origins.find(({ domainName }) => domainName === host);
    expect(of('inside.example.org')).toMatchObject({ readTimeoutSeconds: 45, keepAliveSeconds: 5 });
    expect(of('ws.example.org')).toMatchObject({ readTimeoutSeconds: 30, keepAliveSeconds: 5 });
  });

  it('has the host of an internal load balancer, which has no records', () => {
    expect(blueprint.loadBalancers.map(({ hosts }) => hosts)).toEqual([['api.example.org'], ['inside.example.org']]);
  });

  it('has the same generated secret in the header, the rule and the environment of a function, also when it is read again', () => {
    const secretOf = ({ distributions, functions, loadBalancers }: Blueprint) => [
      ...(distributions[0]?.origins ?? []).flatMap(({ headers }) => Object.values(headers)),
      ...functions.flatMap(({ environment }) => environment.SECRET ?? []),
      ...loadBalancers
        .flatMap(({ listeners }) => listeners.flatMap(({ rules }) => rules))
        .flatMap(({ conditions }) => conditions as { HttpHeaderConfig?: { Values: string[] } }[])
        .flatMap(({ HttpHeaderConfig }) => HttpHeaderConfig?.Values ?? []),
    ];
    const found = [...secretOf(blueprint), ...secretOf(loadAssembly(assembly))];
    expect(found).toHaveLength(14);
    expect(new Set(found).size).toBe(1);
    expect(found[0]).toMatch(/^[A-Za-z0-9]{40}$/);
  });

  it('has the headers of a policy', () => {
    expect(blueprint.distributions[0]?.behaviors.at(-1)?.responseHeaders).toEqual({
      set: [
        { name: 'Content-Security-Policy', value: 'connect-src wss://app.example.org', override: true },
        { name: 'X-Content-Type-Options', value: 'nosniff', override: true },
        { name: 'X-Frame-Options', value: 'DENY', override: false },
        { name: 'Strict-Transport-Security', value: 'max-age=86400; includeSubDomains', override: true },
        { name: 'x-page', value: 'yes', override: true },
      ],
      remove: ['server'],
    });
  });

  it('has the files of its bucket, which CloudFront can read but not list', () => {
    expect(blueprint.buckets).toMatchObject([
      {
        allowsCloudFront: ['s3:GetObject'],
        deployments: [{ prefix: '', metadata: { 'cache-control': 'no-cache' }, directory: expect.any(String) }],
      },
    ]);
  });

  it('lists what is not emulated, and not the function that uploads the files', () => {
    const types = blueprint.notEmulated.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['AWS::CloudFront::Distribution (caching)', 'AWS::S3::*']));
    expect(types.filter((type) => type.startsWith('AWS::Lambda::Function'))).toEqual([]);
    expect(types.filter((type) => type.startsWith('Custom::'))).toEqual([]);
  });
});

/** A distribution with one origin and only a default behavior. */
function distributionWith({
  config = {},
  behavior = {},
  origin = {},
  resources = {},
}: {
  config?: object;
  behavior?: object;
  origin?: object;
  resources?: object;
}): Blueprint {
  const DistributionConfig = {
    Enabled: true,
    Origins: [{ Id: 'One', DomainName: 'other.example.com', CustomOriginConfig: {}, ...origin }],
    DefaultCacheBehavior: {
      TargetOriginId: 'One',
      ViewerProtocolPolicy: 'https-only',
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      ...behavior,
    },
    ...config,
  };
  const Edge = { Type: 'AWS::CloudFront::Distribution', Properties: { DistributionConfig } };
  return loadAssembly(assemblyOf({ Resources: { Edge, ...resources } }));
}

const DISTRIBUTION = 'AWS::CloudFront::Distribution';

test.each([
  ['functions', { behavior: { FunctionAssociations: [{ EventType: 'viewer-request', FunctionARN: 'arn:f' }] } }],
  ['Lambda@Edge', { behavior: { LambdaFunctionAssociations: [{ EventType: 'origin-request' }] } }],
  ['ForwardedValues', { behavior: { ForwardedValues: { QueryString: true } } }],
  ['signed URLs', { behavior: { TrustedKeyGroups: ['group'] } }],
  ['error responses', { config: { CustomErrorResponses: [{ ErrorCode: 403 }] } }],
  ['origin groups', { config: { OriginGroups: { Quantity: 1, Items: [{}] } } }],
  ['geographic restrictions', { config: { Restrictions: { GeoRestriction: { Locations: ['DE'] } } } }],
  ['caching', { behavior: { CachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6' } }],
  ['origin request policies', { behavior: { OriginRequestPolicyId: 'other' } }],
  ['managed response headers policies', { behavior: { ResponseHeadersPolicyId: 'other' } }],
  ['other origins', {}],
])('a distribution with %s lists them as not emulated', (what, given) => {
  const types = distributionWith(given).notEmulated.map(({ type }) => type);
  expect(types).toContain(`${DISTRIBUTION} (${what})`);
});

test('a distribution with nothing special lists only that its origin is outside the assembly', () => {
  expect(distributionWith({ config: { OriginGroups: { Quantity: 0 } } }).notEmulated.map(({ type }) => type)).toEqual([
    `${DISTRIBUTION} (other origins)`,
  ]);
});

test('an origin request policy that is not known forwards nothing of the viewer', () => {
  const { distributions } = distributionWith({ behavior: { OriginRequestPolicyId: 'other' } });
  expect(distributions[0]?.behaviors[0]?.forwards).toBe('nothing');
});

test('the execute-api endpoint of an API, and the DNS name of a load balancer by plain HTTP, are origins', () => {
  const resources = {
    Api: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: { ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' },
    },
    Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'Api' }, StageName: 'live' } },
    Web: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer' },
    Listener: {
      Type: 'AWS::ElasticLoadBalancingV2::Listener',
      Properties: { LoadBalancerArn: { Ref: 'Web' }, Port: 80, Protocol: 'HTTP', DefaultActions: [] },
    },
  };
  const api = { 'Fn::Select': [2, { 'Fn::Split': ['/', { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }] }] };
  const targetOf = (origin: object) => distributionWith({ resources, origin }).distributions[0]?.origins[0]?.target;
  expect(targetOf({ DomainName: api })).toEqual({ webSocketApi: 'Api' });
  const CustomOriginConfig = { OriginProtocolPolicy: 'http-only' };
  const DomainName = { 'Fn::GetAtt': ['Web', 'DNSName'] };
  expect(targetOf({ DomainName, CustomOriginConfig })).toEqual({ listener: 'Listener' });
  expect(targetOf({ DomainName })).toBeUndefined();
});

test('all parts of a response headers policy are read or listed', () => {
  const ResponseHeadersPolicyConfig = {
    Name: 'policy',
    CorsConfig: { OriginOverride: true },
    ServerTimingHeadersConfig: { Enabled: true },
    SecurityHeadersConfig: {
      XSSProtection: { Protection: true, ModeBlock: true, ReportUri: 'https://r.example.com', Override: true },
      StrictTransportSecurity: { AccessControlMaxAgeSec: 1, Preload: true, Override: false },
    },
  };
  const { distributions, notEmulated } = distributionWith({
    behavior: { ResponseHeadersPolicyId: { Ref: 'Policy' } },
    resources: {
      Policy: { Type: 'AWS::CloudFront::ResponseHeadersPolicy', Properties: { ResponseHeadersPolicyConfig } },
    },
  });
  expect(distributions[0]?.behaviors[0]?.responseHeaders?.set).toEqual([
    { name: 'Strict-Transport-Security', value: 'max-age=1; preload', override: false },
    { name: 'X-XSS-Protection', value: '1; mode=block; report=https://r.example.com', override: true },
  ]);
  expect(notEmulated.map(({ type }) => type)).toEqual(
    expect.arrayContaining([
      'AWS::CloudFront::ResponseHeadersPolicy (CorsConfig)',
      'AWS::CloudFront::ResponseHeadersPolicy (ServerTimingHeadersConfig)',
    ]),
  );
});

test('a bucket without origin access control is no origin, and is listed', () => {
  const { distributions, notEmulated } = distributionWith({
    origin: { DomainName: { 'Fn::GetAtt': ['Bucket', 'RegionalDomainName'] }, S3OriginConfig: {} },
    resources: { Bucket: { Type: 'AWS::S3::Bucket' } },
  });
  expect(distributions[0]?.origins[0]?.target).toBeUndefined();
  expect(notEmulated.map(({ type }) => type)).toContain(`${DISTRIBUTION} (buckets without origin access control)`);
});

test('a bucket deployment that selects files, or replaces values, is listed', () => {
  const Bucket = { Type: 'AWS::S3::Bucket' };
  const Files = {
    Type: 'Custom::CDKBucketDeployment',
    Properties: {
      ServiceToken: 'arn:function',
      DestinationBucketName: { Ref: 'Bucket' },
      SourceObjectKeys: ['missing.zip'],
      SourceMarkers: [{ '<<marker>>': 'value' }],
      Exclude: ['*.map'],
    },
  };
  const { notEmulated, buckets } = distributionWith({
    origin: {
      DomainName: { 'Fn::GetAtt': ['Bucket', 'RegionalDomainName'] },
      S3OriginConfig: {},
      OriginAccessControlId: 'control',
    },
    resources: { Bucket, Files },
  });
  expect(buckets).toMatchObject([{ allowsCloudFront: [], deployments: [] }]);
  expect(notEmulated.map(({ type }) => type)).toEqual(
    expect.arrayContaining([
      'Custom::CDKBucketDeployment (include, exclude, values of the deployment)',
      'Custom::CDKBucketDeployment (archive)',
    ]),
  );
});
