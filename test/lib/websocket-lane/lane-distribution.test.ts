import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { MessageLog } from '../../../lib/storage/message-log';
import type { LaneDistributionOptions } from '../../../lib/websocket-lane/lane-distribution';
import { webSocketLane } from '../lanes';
import { exampleCertificate, exampleDomain, exampleZone, synthesisError, testApp, testStack } from '../synthesized';

const originHostName = 'ws-origin.example.com';

describe('a distribution in front of the lane', () => {
  const stack = testStack();
  const domain = exampleDomain(stack, 'ws.example.com');
  const lane = webSocketLane(stack, { domain, distribution: { originHostName } });
  const template = Template.fromStack(stack);
  const [distributionId = ''] = Object.keys(template.findResources('AWS::CloudFront::Distribution'));
  const config = template.findResources('AWS::CloudFront::Distribution')[distributionId]?.Properties.DistributionConfig;
  const [origin] = config.Origins;

  test('has the host that clients know, by TLS 1.2 or later', () => {
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

  test.each(['A', 'AAAA'])('is where the %s record of that host leads', (Type) => {
    template.hasResourceProperties('AWS::Route53::RecordSet', {
      Type,
      Name: 'ws.example.com.',
      AliasTarget: Match.objectLike({ DNSName: { 'Fn::GetAtt': [distributionId, 'DomainName'] } }),
    });
  });

  test('caches nothing, and passes on all a client says but the host', () => {
    // CachingDisabled and AllViewerExceptHostHeader: AWS's own policies, which have these ids everywhere.
    expect(config.DefaultCacheBehavior).toMatchObject({
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
    });
  });

  test('reaches the API by TLS, at a host of the API’s own', () => {
    expect(origin).toMatchObject({
      DomainName: originHostName,
      CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: originHostName });
    template.hasResourceProperties('AWS::CertificateManager::Certificate', { DomainName: originHostName });
    template.hasResourceProperties('AWS::Route53::RecordSet', { Type: 'AAAA', Name: `${originHostName}.` });
    expect(lane.managementEndpoint).toBe(`https://${originHostName}`);
  });

  test('proves itself by a secret that $connect knows, and no template shows', () => {
    const [secretId] = Object.keys(template.findResources('AWS::SecretsManager::Secret'));
    const secret = {
      'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: secretId }, ':SecretString:::}}']],
    };
    expect(origin.OriginCustomHeaders).toEqual([{ HeaderName: 'x-origin-secret', HeaderValue: secret }]);
    const { Ref } = stack.resolve(lane.connect.function.functionName);
    const { Variables } = template.findResources('AWS::Lambda::Function')[Ref]?.Properties.Environment ?? {};
    expect(Variables.ORIGIN_SECRET).toEqual(secret);
  });

  test('has WAF in front of it', () => {
    const [webAcl] = Object.entries(template.findResources('AWS::WAFv2::WebACL'));
    expect(webAcl?.[1].Properties.Scope).toBe('CLOUDFRONT');
    expect(config.WebACLId).toEqual({ 'Fn::GetAtt': [webAcl?.[0], 'Arn'] });
  });
});

test('without a distribution the API has the lane’s host, and asks for no secret', () => {
  const stack = testStack();
  const lane = webSocketLane(stack);
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::CloudFront::Distribution', 0);
  template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', { DomainName: 'ws.example.com' });
  const { Ref } = stack.resolve(lane.connect.function.functionName);
  const { Variables } = template.findResources('AWS::Lambda::Function')[Ref]?.Properties.Environment ?? {};
  expect(Variables.ORIGIN_SECRET).toBe('none');
});

test('the limit for each address is what is asked for', () => {
  const stack = testStack();
  webSocketLane(stack, { distribution: { originHostName, rateLimit: 100 } });
  Template.fromStack(stack).hasResourceProperties('AWS::WAFv2::WebACL', {
    Rules: Match.arrayWith([Match.objectLike({ Statement: { RateBasedStatement: Match.objectLike({ Limit: 100 }) } })]),
  });
});

/** @returns the problems at synthesis of a distribution in a stack of a Region */
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
    distribution: { originHostName, ...options(stack) },
  });
  try {
    app.synth();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('a stack in another Region', () => {
  test('is told that certificate and web ACL have to come from us-east-1', () => {
    const told = problemsIn('eu-west-1', () => ({}));
    expect(told).toContain('distribution.certificate must be given in a stack in eu-west-1');
    expect(told).toContain('distribution.webAclArn must be given in a stack in eu-west-1');
  });

  test('can have a distribution with both', () => {
    const told = problemsIn('eu-west-1', (stack) => ({
      certificate: exampleCertificate(new Stack(stack, 'Global', { env: { region: 'us-east-1' } })),
      webAclArn: 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/b',
    }));
    expect(told).toBe('');
  });

  test('is told that a certificate of its own will not do', () => {
    const told = problemsIn('eu-west-1', (stack) => ({
      certificate: exampleCertificate(new Stack(stack, 'Local', { env: { region: 'eu-west-1' } }), 'eu-west-1'),
    }));
    expect(told).toContain('distribution.certificate must be of us-east-1, got arn:aws:acm:eu-west-1:');
  });
});

test.each(['ws.example.com', 'ws-origin.example.org'])('the API’s own host cannot be %s', (host) => {
  const told = synthesisError((stack) => {
    webSocketLane(stack, { distribution: { originHostName: host } });
  });
  expect(told).toContain(`distribution.originHostName must be another host of the zone example.com, got ${host}`);
});
