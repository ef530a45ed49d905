import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { MessageLog } from '../../../../lib/storage/message-log';
import type { LaneDistributionOptions } from '../../../../lib/websocket-lane/api-gateway/lane-distribution';
import type { ApiGatewayEntryProps } from '../../../../lib/websocket-lane/api-gateway/api-gateway-entry-props';
import { apiGateway, apiGatewayOf, webSocketLane, withApi } from '../../lanes';
import { exampleCertificate, exampleDomain, exampleZone, synthesisError, testApp, testStack } from '../../synthesized';

const originHostName = 'ws-origin.example.com';

describe('a distribution of the WebSocket lane', () => {
  const stack = testStack();
  const domain = exampleDomain(stack, 'ws.example.com');
  const lane = webSocketLane(stack, { domain, ...withApi({ distribution: { originHostName } }) });
  const api = apiGatewayOf(lane);
  const template = Template.fromStack(stack);
  const [distributionId = ''] = Object.keys(template.findResources('AWS::CloudFront::Distribution'));
  const config = template.findResources('AWS::CloudFront::Distribution')[distributionId]?.Properties.DistributionConfig;
  const [origin] = config.Origins;

  test('has the host name of the lane, with TLS 1.2 or later', () => {
    expect(config).toMatchObject({
      Enabled: true,
      IPV6Enabled: true,
      Aliases: ['ws.example.com'],
      ViewerCertificate: {
        AcmCertificateArn: domain.certificate.certificateArn,
        MinimumProtocolVersion: 'TLSv1.2_2021',
        SslSupportMethod: 'sni-only',
      },
      DefaultCacheBehavior: { ViewerProtocolPolicy: 'https-only' },
    });
    expect(lane.url).toBe('wss://ws.example.com');
  });

  test.each(['A', 'AAAA'])('is the target of the %s record of that host', (Type) => {
    template.hasResourceProperties('AWS::Route53::RecordSet', {
      Type,
      Name: 'ws.example.com.',
      AliasTarget: Match.objectLike({ DNSName: { 'Fn::GetAtt': [distributionId, 'DomainName'] } }),
    });
  });

  test('does not cache, and forwards everything except the Host header', () => {
    // CachingDisabled and AllViewerExceptHostHeader: AWS managed policies, which have the same ids in every account.
    expect(config.DefaultCacheBehavior).toMatchObject({
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
    });
  });

  test('connects to the API with TLS, at a separate host name', () => {
    expect(origin).toMatchObject({
      DomainName: originHostName,
      CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: originHostName });
    template.hasResourceProperties('AWS::CertificateManager::Certificate', { DomainName: originHostName });
    template.hasResourceProperties('AWS::Route53::RecordSet', { Type: 'AAAA', Name: `${originHostName}.` });
    expect(api.managementEndpoint).toBe(`https://${originHostName}`);
  });

  test('sends a secret that the connect function verifies and that the template does not contain', () => {
    const [secretId] = Object.keys(template.findResources('AWS::SecretsManager::Secret'));
    const secret = {
      'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: secretId }, ':SecretString:::}}']],
    };
    expect(origin.OriginCustomHeaders).toEqual([{ HeaderName: 'x-origin-secret', HeaderValue: secret }]);
    const { Ref } = stack.resolve(api.connect.function.functionName);
    const { Variables } = template.findResources('AWS::Lambda::Function')[Ref]?.Properties.Environment ?? {};
    expect(Variables.ORIGIN_SECRET).toEqual(secret);
    // The host of clients, and not the API's own behind the distribution.
    expect(Variables.WEBSOCKET_HOST).toBe('ws.example.com');
  });

  test('has a web ACL', () => {
    const [webAcl] = Object.entries(template.findResources('AWS::WAFv2::WebACL'));
    expect(webAcl?.[1].Properties.Scope).toBe('CLOUDFRONT');
    expect(config.WebACLId).toEqual({ 'Fn::GetAtt': [webAcl?.[0], 'Arn'] });
  });
});

test('without a distribution, the API has the host name of the lane and requires no secret', () => {
  const stack = testStack();
  const { connect } = apiGateway(stack);
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::CloudFront::Distribution', 0);
  template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: 'ws.example.com' });
  const { Ref } = stack.resolve(connect.function.functionName);
  const { Variables } = template.findResources('AWS::Lambda::Function')[Ref]?.Properties.Environment ?? {};
  expect(Variables.ORIGIN_SECRET).toBe('none');
});

test('the records of the lane keep their logical ids with a distribution, because a second record of a name is refused', () => {
  const recordsOf = (options: ApiGatewayEntryProps) => {
    const stack = testStack();
    apiGateway(stack, options);
    return Object.entries(Template.fromStack(stack).findResources('AWS::Route53::RecordSet')).map(
      ([id, { Properties }]) => `${id} ${Properties.Type} ${Properties.Name}`,
    );
  };
  expect(recordsOf({ distribution: { originHostName } })).toEqual(expect.arrayContaining(recordsOf({})));
});

test('the connect function requires the secret only when clients reach the distribution', () => {
  const stack = testStack();
  const { connect } = apiGateway(stack, { distribution: { originHostName } });
  const template = Template.fromStack(stack);
  const { Ref } = stack.resolve(connect.function.functionName);
  const records = Object.keys(
    template.findResources('AWS::Route53::RecordSet', { Properties: { Name: 'ws.example.com.' } }),
  );
  expect(records).toHaveLength(2);
  expect(template.findResources('AWS::Lambda::Function')[Ref]?.DependsOn).toEqual(expect.arrayContaining(records));
});

test('the web ACL of the distribution has the rate limit of the props', () => {
  const stack = testStack();
  apiGateway(stack, { distribution: { originHostName, rateLimit: 100 } });
  Template.fromStack(stack).hasResourceProperties('AWS::WAFv2::WebACL', {
    Rules: Match.arrayWith([Match.objectLike({ Statement: { RateBasedStatement: Match.objectLike({ Limit: 100 }) } })]),
  });
});

/** @returns the problems that synthesis reports for a distribution in a stack of this Region */
function problemsIn(region: string | undefined, options: (stack: Stack) => Partial<LaneDistributionOptions>): string {
  const app = testApp();
  const stack = new Stack(app, 'Test', { env: { region } });
  webSocketLane(stack, {
    domain: {
      hostName: 'ws.example.com',
      certificate: exampleCertificate(stack, region),
      hostedZone: exampleZone(stack),
    },
    messageLog: new MessageLog(stack, 'Log'),
    ...withApi({ distribution: { originHostName, ...options(stack) } }),
  });
  try {
    app.synth();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('a distribution in a stack of another Region', () => {
  test('is rejected without a certificate and a web ACL from us-east-1', () => {
    const told = problemsIn('eu-west-1', () => ({}));
    expect(told).toContain('distribution.certificate must be given in a stack in eu-west-1');
    expect(told).toContain('distribution.webAclArn must be given in a stack in eu-west-1');
  });

  test('is rejected in another partition', () => {
    expect(problemsIn('cn-north-1', () => ({}))).toContain(
      'distribution must be in a Region of the partition aws, got cn-north-1 of aws-cn. Fix: remove distribution',
    );
    expect(problemsIn('cn-north-1', () => ({})).split('\n')).toHaveLength(2);
  });

  test('is accepted with both', () => {
    const told = problemsIn('eu-west-1', (stack) => ({
      certificate: exampleCertificate(new Stack(stack, 'Global', { env: { region: 'us-east-1' } })),
      webAclArn: 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/b',
    }));
    expect(told).toBe('');
  });

  test('is rejected with a certificate of that Region', () => {
    const told = problemsIn('eu-west-1', (stack) => ({
      certificate: exampleCertificate(new Stack(stack, 'Local', { env: { region: 'eu-west-1' } }), 'eu-west-1'),
    }));
    expect(told).toContain('distribution.certificate must be of us-east-1, got arn:aws:acm:eu-west-1:');
  });
});

test('the host name of the origin of a distribution must be short enough for a certificate', () => {
  const told = synthesisError((stack) => {
    apiGateway(stack, { distribution: { originHostName: `${'o'.repeat(60)}.example.com` } });
  });
  expect(told).toContain('the first name of a certificate must have at most 64 characters, got ooo');
});

test.each([
  [
    'ws.example.com',
    'must differ from the host of the lane, got ws.example.com for both. Fix: use another host, such as ws-origin.example.com',
  ],
  [
    'ws-origin.example.org',
    'must be in the zone example.com, got ws-origin.example.org. Fix: use a name such as ws-origin.example.com',
  ],
])('the origin of a distribution cannot have the host name %s', (host, problem) => {
  const told = synthesisError((stack) => {
    apiGateway(stack, { distribution: { originHostName: host } });
  });
  expect(told).toContain(`distribution.originHostName ${problem}`);
});

describe('a distribution of a lane without a hosted zone', () => {
  const withoutZone = (stack: Stack, options: Partial<LaneDistributionOptions>) => {
    const { hostedZone: _, ...domain } = exampleDomain(stack, 'ws.example.com');
    return apiGateway(stack, { distribution: { originHostName: 'origin.example.net', ...options } }, { domain });
  };

  test('uses the given certificate for its origin, and creates no records', () => {
    const stack = testStack();
    const originCertificate = exampleCertificate(new Stack(stack, 'Given'));
    withoutZone(stack, { originCertificate });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Route53::RecordSet', 0);
    template.resourceCountIs('AWS::CertificateManager::Certificate', 0);
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'origin.example.net',
      DomainNameConfigurations: [Match.objectLike({ CertificateArn: originCertificate.certificateArn })],
    });
  });

  test('exists before handshakes need its secret', () => {
    const stack = testStack();
    withoutZone(stack, { originCertificate: exampleCertificate(new Stack(stack, 'Given')) });
    const template = Template.fromStack(stack);
    const [distribution] = Object.keys(template.findResources('AWS::CloudFront::Distribution'));
    template.hasResource('AWS::Lambda::Function', {
      Properties: { Environment: { Variables: { ORIGIN_SECRET: Match.not('none') } } },
      DependsOn: Match.arrayWith([distribution]),
    });
  });

  test('is rejected without a certificate for its origin', () => {
    expect(synthesisError((stack) => withoutZone(stack, {}))).toContain(
      '[Test/WebSocketLane/Distribution] a new certificate requires the public hosted zone of its hosts, in which ACM validates it, got none. Fix: give the hosted zone, or use distribution.originCertificate',
    );
  });

  test('is rejected with a certificate of another Region for its origin', () => {
    const told = synthesisError((stack) =>
      withoutZone(stack, { originCertificate: exampleCertificate(new Stack(stack, 'Given'), 'eu-west-1') }),
    );
    expect(told).toMatch(
      /distribution\.originCertificate must be in the stack's Region us-east-1, got arn:\S+\. Fix: import one from us-east-1/,
    );
  });
});
