import { Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { propertyOf } from '../resource-property';
import { synthesisError, templateOf, testStack } from '../synthesized';
import { behaviorsOf, behindCloudFront, distributionConfigOf, examplePage, HOST, secretIn } from './behind-cloud-front';

/** Managed policies, which have the same ids in every account. */
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
const ALL_VIEWER_EXCEPT_HOST_HEADER = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

const HTTP_LANE = ['/v1/*', '/docs*', '/openapi.json', '/asyncapi.json', '/health'];
const ALL_METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'];

describe('a CloudFront gateway with a page, an API and an internal load balancer', () => {
  const stack = testStack();
  const { httpLane, webSocketLane, gateway } = behindCloudFront(stack, { page: examplePage() });
  const template = Template.fromStack(stack);
  const config = distributionConfigOf(template);
  const behaviors = behaviorsOf(template);

  test('has a host of its own, with TLS 1.2 or later, HTTP/2 and HTTP/3, and the A and AAAA records of the host', () => {
    expect(config).toMatchObject({
      Enabled: true,
      IPV6Enabled: true,
      Aliases: [HOST],
      HttpVersion: 'http2and3',
      ViewerCertificate: {
        AcmCertificateArn: stack.resolve(gateway.certificate.certificateArn),
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      },
    });
    template.hasResourceProperties('AWS::CertificateManager::Certificate', { DomainName: HOST });
    for (const Type of ['A', 'AAAA']) {
      template.hasResourceProperties('AWS::Route53::RecordSet', {
        Type,
        Name: `${HOST}.`,
        AliasTarget: { DNSName: stack.resolve(gateway.distribution.domainName) },
      });
    }
  });

  test('has exactly the paths of the HTTP lane and of the socket besides the page', () => {
    expect(Object.keys(behaviors)).toEqual(['default', ...HTTP_LANE, '/socket']);
  });

  test.each([...HTTP_LANE, '/socket'])(
    'forwards %s with all methods and headers except Host over HTTPS, and caches nothing',
    (path) => {
      expect(behaviors[path]).toMatchObject({
        AllowedMethods: ALL_METHODS,
        CachePolicyId: CACHING_DISABLED,
        OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST_HEADER,
        ViewerProtocolPolicy: 'https-only',
      });
      expect(behaviors[path]).not.toHaveProperty('ResponseHeadersPolicyId');
    },
  );

  test.each(HTTP_LANE)(
    'forwards %s to the load balancer of the HTTP lane within the VPC, by the host of the lane',
    (path) => {
      const [vpcOrigin] = Object.keys(template.findResources('AWS::CloudFront::VpcOrigin'));
      expect(behaviors[path]?.origin).toMatchObject({
        DomainName: 'api.example.com',
        VpcOriginConfig: {
          VpcOriginId: { 'Fn::GetAtt': [vpcOrigin, 'Id'] },
          OriginKeepaliveTimeout: 50,
          OriginReadTimeout: 60,
        },
      });
      expect(behaviors[path]?.origin).not.toHaveProperty('OriginCustomHeaders');
      template.resourceCountIs('AWS::CloudFront::VpcOrigin', 1);
      template.hasResourceProperties('AWS::CloudFront::VpcOrigin', {
        VpcOriginEndpointConfig: {
          Arn: stack.resolve(httpLane.loadBalancer.loadBalancerArn),
          OriginProtocolPolicy: 'https-only',
          OriginSSLProtocols: ['TLSv1.2'],
        },
      });
    },
  );

  test('forwards /socket to the API over TLS, by its host, with the secret', () => {
    expect(behaviors['/socket']?.origin).toMatchObject({
      DomainName: 'ws.example.com',
      CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
      OriginCustomHeaders: [{ HeaderName: 'x-origin-secret', HeaderValue: secretIn(template) }],
    });
  });

  test('is the only way to open connections: $connect requires its secret, which the template does not contain', () => {
    const connect = 'AWS::Lambda::Function TwinLaneWebSocketLaneConnectFunction';
    const [variables] = propertyOf(template, connect, 'Environment/Variables');
    expect(variables).toMatchObject({
      ORIGIN_SECRET: secretIn(template),
      WEBSOCKET_HOST: HOST,
      ALLOWED_ORIGINS: `https://${HOST}`,
    });
    expect(propertyOf(template, 'AWS::ApiGatewayV2::Api', 'DisableExecuteApiEndpoint')).toEqual([true]);
  });

  test('has a secret of 43 letters and digits: at most 128 characters, and none with a meaning in the rule of a load balancer', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { ExcludePunctuation: true, PasswordLength: 43 },
    });
  });

  test('does not reach the management endpoint of the API, which is below the path of the socket', () => {
    const { apiGateway } = webSocketLane;
    expect(apiGateway?.managementEndpoint).toBe('https://ws.example.com/socket');
    template.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', { ApiMappingKey: 'socket' });
    expect(Object.keys(behaviors).filter((path) => path.startsWith('/socket'))).toEqual(['/socket']);
  });

  test('serves all other paths from the bucket, to readers only, with security headers', () => {
    expect(behaviors.default).toMatchObject({
      CachePolicyId: CACHING_OPTIMIZED,
      ViewerProtocolPolicy: 'redirect-to-https',
      origin: { DomainName: stack.resolve(gateway.page?.bucket.bucketRegionalDomainName) },
    });
    // GET and HEAD are the default.
    expect(behaviors.default).not.toHaveProperty('AllowedMethods');
    expect(config.DefaultRootObject).toBe('index.html');
    const [policy] = Object.keys(template.findResources('AWS::CloudFront::ResponseHeadersPolicy'));
    expect(behaviors.default?.ResponseHeadersPolicyId).toEqual({ Ref: policy });
  });

  test('reaches a load balancer that is internal, in the private subnets, with IPv4 only', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Scheme: 'internal',
      IpAddressType: 'ipv4',
      Subnets: stack.resolve(httpLane.vpc.privateSubnets.map(({ subnetId }) => subnetId)),
    });
  });

  test('is admitted by the security group of the load balancer, which admits only the addresses of the VPC at port 443', () => {
    const groups = Object.values(template.findResources('AWS::EC2::SecurityGroup')).filter(({ Properties }) =>
      Properties.GroupDescription.includes('in from the VPC'),
    );
    expect(groups.map(({ Properties }) => Properties.SecurityGroupIngress)).toEqual([
      [
        {
          CidrIp: stack.resolve(httpLane.vpc.vpcCidrBlock),
          Description: 'From CloudFront, within the VPC',
          FromPort: 443,
          IpProtocol: 'tcp',
          ToPort: 443,
        },
      ],
    ]);
  });

  test('waits for the internet gateway that a VPC origin requires', () => {
    const [origin] = Object.values(template.findResources('AWS::CloudFront::VpcOrigin'));
    const routes = Object.entries(template.findResources('AWS::EC2::Route')).filter(
      ([id, { DependsOn }]) => origin?.DependsOn.includes(id) && DependsOn !== undefined,
    );
    const [attachment = ''] = Object.keys(template.findResources('AWS::EC2::VPCGatewayAttachment'));
    expect(routes.length).toBeGreaterThan(0);
    for (const [, { DependsOn }] of routes) {
      expect([DependsOn].flat()).toContain(attachment);
    }
  });

  test('is the only name of the HTTP lane in DNS', () => {
    const names = propertyOf(template, 'AWS::Route53::RecordSet', 'Name');
    expect([...new Set(names)].sort()).toEqual([`${HOST}.`, 'ws.example.com.']);
  });

  test('is in the URLs for clients, and its origin is allowed', () => {
    expect([httpLane.url, webSocketLane.url]).toEqual([`https://${HOST}`, `wss://${HOST}/socket`]);
    const container = 'ContainerDefinitions/0/Environment';
    expect(propertyOf(template, 'AWS::ECS::TaskDefinition', `${container}/ALLOWED_ORIGINS`)).toEqual([
      `https://${HOST}`,
    ]);
    expect(propertyOf(template, 'AWS::ECS::TaskDefinition', `${container}/WEBSOCKET_URL`)).toEqual([
      `wss://${HOST}/socket`,
    ]);
  });
});

test('a CloudFront gateway without a page forwards all paths except /socket to the HTTP lane, and has no bucket', () => {
  const template = templateOf((stack) => behindCloudFront(stack, {}, { http: { accessLogs: false } }));
  const behaviors = behaviorsOf(template);
  expect(Object.keys(behaviors)).toEqual(['default', '/socket']);
  expect(behaviors.default).toMatchObject({
    AllowedMethods: ALL_METHODS,
    CachePolicyId: CACHING_DISABLED,
    ViewerProtocolPolicy: 'https-only',
    origin: { DomainName: 'api.example.com' },
  });
  expect(distributionConfigOf(template)).not.toHaveProperty('DefaultRootObject');
  template.resourceCountIs('AWS::S3::Bucket', 0);
});

test('a gateway needs no other allowed origins, and keeps those that there are', () => {
  const originsWith = (allowedOrigins: string[]) =>
    propertyOf(
      templateOf((stack) => behindCloudFront(stack, {}, { allowedOrigins })),
      'AWS::ECS::TaskDefinition',
      'ContainerDefinitions/0/Environment/ALLOWED_ORIGINS',
    );
  expect(originsWith([])).toEqual([`https://${HOST}`]);
  expect(originsWith(['capacitor://localhost', `https://${HOST}`])).toEqual([`capacitor://localhost,https://${HOST}`]);
});

test('a CloudFront gateway with an imported certificate creates none for its host', () => {
  const arn = 'arn:aws:acm:us-east-1:111122223333:certificate/gateway';
  const template = templateOf((stack) => {
    behindCloudFront(stack, { certificate: Certificate.fromCertificateArn(stack, 'Gateway', arn) });
  });
  expect(distributionConfigOf(template).ViewerCertificate.AcmCertificateArn).toBe(arn);
  expect(propertyOf(template, 'AWS::CertificateManager::Certificate', 'DomainName')).toEqual(['api.example.com']);
});

test('a change between public and internal load balancers changes the target groups, because AWS accepts one at one load balancer only', () => {
  const idsWith = (internalLoadBalancers: boolean) =>
    Object.keys(
      templateOf((stack) => behindCloudFront(stack, { internalLoadBalancers })).findResources(
        'AWS::ElasticLoadBalancingV2::TargetGroup',
      ),
    );
  const [publicIds, internalIds] = [idsWith(false), idsWith(true)];
  expect(publicIds).toHaveLength(1);
  expect(internalIds).toHaveLength(1);
  expect(internalIds).not.toEqual(publicIds);
});

test('the distribution of a gateway can be read only when the lanes exist', () => {
  const stack = testStack();
  const loadBalancer = jest.spyOn(ApplicationLoadBalancer.prototype, 'addListener');
  try {
    loadBalancer.mockImplementationOnce(() => {
      const { gateway } = stack.node.findChild('TwinLane') as ReturnType<typeof behindCloudFront>;
      expect(() => gateway.distribution).toThrow('[Test/TwinLane/Gateway] the lanes do not exist yet');
      throw new Error('checked');
    });
    expect(() => behindCloudFront(stack)).toThrow('checked');
  } finally {
    loadBalancer.mockRestore();
  }
});

test('a gateway that forwards to no lanes is reported at synthesis', () => {
  expect(
    synthesisError((stack) => {
      const { gateway } = behindCloudFront(stack);
      Object.assign(gateway, { created: undefined });
    }),
  ).toContain(
    'gateway must forward requests to the lanes, got no lanes. Fix: call forwardTo() with both lanes, as Twinlane does',
  );
});
