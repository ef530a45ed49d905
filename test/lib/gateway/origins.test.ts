import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Authentication } from '../../../lib/authentication/authentication';
import { LaneCertificates } from '../../../lib/domains/lane-certificates';
import type { CloudFrontGatewayProps } from '../../../lib/gateway/cloud-front-props';
import { HttpCompute } from '../../../lib/http-lane/http-compute';
import type { TwinlaneProps } from '../../../lib/twinlane';
import { ServersLoadBalancer } from '../../../lib/websocket-lane/servers/servers-load-balancer';
import { WebSocketEntry } from '../../../lib/websocket-lane/websocket-entry';
import { exampleFargate } from '../lanes';
import { propertyOf } from '../resource-property';
import { templateOf, testStack } from '../synthesized';
import { behaviorsOf, behindCloudFront, HOST, originAt, secretIn, SERVERS } from './behind-cloud-front';

const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const FORBIDDEN = {
  Type: 'fixed-response',
  FixedResponseConfig: { StatusCode: '403', ContentType: 'text/plain', MessageBody: 'Forbidden' },
};
const UPGRADE = { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'Upgrade', Values: ['websocket'] } };
const WEBSOCKET_HOST = { Field: 'host-header', HostHeaderConfig: { Values: ['ws.example.com'] } };
const SOCKET = { Field: 'path-pattern', PathPatternConfig: { Values: ['/socket'] } };

/** A rule of a listener, as in its template. */
interface Rule {
  readonly Priority: number;
  readonly Conditions: { readonly Field: string; readonly [config: string]: unknown }[];
  readonly Actions: { readonly Type: string; readonly [config: string]: unknown }[];
}

/** @returns the rules of all listeners, by priority */
function rulesOf(template: Template): Rule[] {
  return Object.values(template.findResources(RULE))
    .map(({ Properties }) => Properties as Rule)
    .sort((one, other) => one.Priority - other.Priority);
}

/** @returns the condition of the secret of the only gateway */
function secretCondition(template: Template): object {
  const HttpHeaderConfig = { HttpHeaderName: 'x-origin-secret', Values: [secretIn(template)] };
  return { Field: 'http-header', HttpHeaderConfig };
}

/** @returns the number of values in the conditions of a rule, of which a load balancer accepts 5 */
function valuesIn({ Conditions }: Rule): number {
  return Conditions.flatMap(({ Field: _, ...config }) => Object.values(config)).reduce<number>(
    (sum, config) => sum + (config as { Values: unknown[] }).Values.length,
    0,
  );
}

describe('servers with an internal load balancer of their own behind CloudFront', () => {
  const stack = testStack();
  const { httpLane, webSocketLane } = behindCloudFront(stack, {}, { webSocket: SERVERS });
  const template = Template.fromStack(stack);

  test('are reached within the VPC, as the HTTP lane is, by the hosts of the lanes', () => {
    expect(propertyOf(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'Scheme')).toEqual([
      'internal',
      'internal',
    ]);
    for (const [path, host, loadBalancer] of [
      ['default', 'api.example.com', httpLane.loadBalancer],
      ['/socket', 'ws.example.com', webSocketLane.servers?.loadBalancer],
    ] as const) {
      const { DomainName, VpcOriginConfig } = originAt(template, path);
      const [id = ''] = VpcOriginConfig?.VpcOriginId['Fn::GetAtt'] ?? [];
      expect(DomainName).toBe(host);
      expect(template.findResources('AWS::CloudFront::VpcOrigin')[id]?.Properties.VpcOriginEndpointConfig.Arn).toEqual(
        stack.resolve(loadBalancer?.loadBalancerArn),
      );
    }
  });

  test('need no secret, so there is none', () => {
    template.resourceCountIs('AWS::SecretsManager::Secret', 0);
    expect(JSON.stringify(template.toJSON())).not.toContain('x-origin-secret');
  });

  test('have no records of the hosts of the lanes, which only CloudFront uses', () => {
    expect(propertyOf(template, 'AWS::Route53::RecordSet', 'Name')).toEqual([`${HOST}.`, `${HOST}.`]);
  });

  test('get handshakes at the path of the gateway only, and all other requests get 426', () => {
    expect(rulesOf(template)).toMatchObject([{ Priority: 10, Conditions: [WEBSOCKET_HOST, SOCKET, UPGRADE] }]);
    expect(rulesOf(template)[0]?.Conditions).toHaveLength(3);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      DefaultActions: [Match.objectLike({ FixedResponseConfig: Match.objectLike({ StatusCode: '426' }) })],
    });
  });

  test('know the URL of clients, from which they take the path and the origin', () => {
    const urls = propertyOf(template, 'AWS::ECS::TaskDefinition', 'ContainerDefinitions/0/Environment/WEBSOCKET_URL');
    expect(urls).toEqual([`wss://${HOST}/socket`, `wss://${HOST}/socket`]);
  });
});

describe('servers with a public load balancer of their own behind CloudFront', () => {
  const stack = testStack();
  const options = { internalLoadBalancers: false };
  const { httpLane, webSocketLane } = behindCloudFront(stack, options, { webSocket: SERVERS });
  const template = Template.fromStack(stack);
  const secret = secretCondition(template);

  test('refuse requests of both lanes without the secret with 403', () => {
    expect(propertyOf(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'Scheme')).toEqual([
      'internet-facing',
      'internet-facing',
    ]);
    expect(propertyOf(template, 'AWS::ElasticLoadBalancingV2::Listener', 'DefaultActions')).toEqual([
      [FORBIDDEN],
      [FORBIDDEN],
    ]);
    const [handshakes, requests, ...others] = rulesOf(template);
    expect(others).toEqual([]);
    expect(handshakes).toMatchObject({
      Priority: 10,
      Conditions: [WEBSOCKET_HOST, SOCKET, UPGRADE, secret],
      Actions: [{ Type: 'forward', TargetGroupArn: stack.resolve(webSocketLane.servers?.targetGroup.targetGroupArn) }],
    });
    expect(requests).toMatchObject({
      Priority: 1000,
      Conditions: [secret],
      Actions: [{ Type: 'forward', TargetGroupArn: stack.resolve(httpLane.compute.targetGroup.targetGroupArn) }],
    });
  });

  test('get the secret from the distribution with each request', () => {
    const OriginCustomHeaders = [{ HeaderName: 'x-origin-secret', HeaderValue: secretIn(template) }];
    const { default: http, '/socket': socket } = behaviorsOf(template);
    expect(http?.origin).toMatchObject({ DomainName: 'api.example.com', OriginCustomHeaders });
    expect(socket?.origin).toMatchObject({ DomainName: 'ws.example.com', OriginCustomHeaders });
    template.resourceCountIs('AWS::CloudFront::VpcOrigin', 0);
  });

  test('have the A and AAAA records of the hosts of the lanes, by which CloudFront finds them', () => {
    const names = propertyOf(template, 'AWS::Route53::RecordSet', 'Name');
    expect([...names].sort()).toEqual(['api', 'api', 'app', 'app', 'ws', 'ws'].map((name) => `${name}.example.com.`));
  });
});

describe('an API and a public load balancer behind CloudFront', () => {
  const template = templateOf((stack) => behindCloudFront(stack, { internalLoadBalancers: false }));

  test('require the same secret', () => {
    expect(rulesOf(template)).toMatchObject([{ Priority: 1000, Conditions: [secretCondition(template)] }]);
    const connect = 'AWS::Lambda::Function TwinLaneWebSocketLaneConnectFunction';
    expect(propertyOf(template, connect, 'Environment/Variables/ORIGIN_SECRET')).toEqual([secretIn(template)]);
  });
});

describe('one load balancer of both lanes behind CloudFront', () => {
  const shared = {
    http: { compute: exampleFargate(), idleTimeout: Duration.minutes(10) },
    webSocket: { entry: WebSocketEntry.servers({ loadBalancer: ServersLoadBalancer.shared() }) },
  };

  test('is one VPC origin with the host of each lane', () => {
    const template = templateOf((stack) => behindCloudFront(stack, {}, shared));
    template.resourceCountIs('AWS::CloudFront::VpcOrigin', 1);
    const { default: http, '/socket': socket } = behaviorsOf(template);
    expect(http?.origin.VpcOriginConfig).toEqual(socket?.origin.VpcOriginConfig);
    expect([http?.origin.DomainName, socket?.origin.DomainName]).toEqual(['api.example.com', 'ws.example.com']);
  });

  test('answers no request without the secret if it is public, also not with 426', () => {
    const template = templateOf((stack) => behindCloudFront(stack, { internalLoadBalancers: false }, shared));
    const rules = rulesOf(template);
    expect(rules.map(({ Priority }) => Priority)).toEqual([10, 11, 1000]);
    for (const { Conditions } of rules) {
      expect(Conditions).toContainEqual(secretCondition(template));
    }
    expect(propertyOf(template, 'AWS::ElasticLoadBalancingV2::Listener', 'DefaultActions')).toEqual([[FORBIDDEN]]);
  });

  test('is recommended against with a fix that works behind CloudFront', () => {
    const stack = testStack();
    behindCloudFront(stack, {}, shared);
    Annotations.fromStack(stack).hasWarning(
      '/Test/TwinLane/WebSocketLane/Servers',
      Match.stringLikeRegexp('Fix: use ServersLoadBalancer'),
    );
  });
});

test('a rule has at most the 5 values that a load balancer accepts, also with tokens that it verifies', () => {
  const authentication = Authentication.oidc({
    issuer: 'https://login.example.com/',
    audience: 'https://api.example.com',
    keysUrl: 'https://login.example.com/.well-known/jwks.json',
    atLoadBalancer: true,
  });
  const template = templateOf((stack) =>
    behindCloudFront(stack, { internalLoadBalancers: false }, { authentication, webSocket: SERVERS }),
  );
  const rules = rulesOf(template);
  expect(rules.map(({ Priority }) => Priority)).toEqual([1, 10, 1000]);
  expect(rules.map(valuesIn)).toEqual([5, 4, 1]);
  expect(rules[0]?.Conditions).toContainEqual(secretCondition(template));
});

test.each([
  ['internal', {}],
  ['public', { internalLoadBalancers: false }],
])('a function of the HTTP lane answers the requests of a gateway with %s load balancers', (_, options) => {
  const template = templateOf((stack) => behindCloudFront(stack, options, { http: { compute: HttpCompute.lambda() } }));
  const [targetGroup = ''] = Object.keys(template.findResources('AWS::ElasticLoadBalancingV2::TargetGroup'));
  const forward = { Type: 'forward', TargetGroupArn: { Ref: targetGroup } };
  const isPublic = 'internalLoadBalancers' in options;
  expect(propertyOf(template, 'AWS::ElasticLoadBalancingV2::Listener', 'DefaultActions')).toEqual([
    [isPublic ? FORBIDDEN : forward],
  ]);
  expect(rulesOf(template)).toMatchObject(
    isPublic ? [{ Conditions: [secretCondition(template)], Actions: [forward] }] : [],
  );
});

test.each([
  [undefined, 50],
  [Duration.minutes(10), 50],
  [Duration.seconds(30), 20],
  [Duration.seconds(5), 1],
])('CloudFront closes an idle connection before the load balancer does: after %s', (idleTimeout, seconds) => {
  const keepAliveWith = (options: Partial<CloudFrontGatewayProps>, http: TwinlaneProps['http']) => {
    const template = templateOf((stack) => behindCloudFront(stack, options, { http }));
    const { VpcOriginConfig, CustomOriginConfig } = originAt(template, 'default');
    return (VpcOriginConfig ?? CustomOriginConfig)?.OriginKeepaliveTimeout;
  };
  const http = { compute: exampleFargate(), idleTimeout };
  expect(keepAliveWith({}, http)).toBe(seconds);
  expect(keepAliveWith({ internalLoadBalancers: false }, http)).toBe(seconds);
});

test('the web ACL of a gateway is in front of the distribution', () => {
  const template = templateOf((stack) => behindCloudFront(stack, { webAcl: { rateLimit: 100 } }));
  const [webAcl = ''] = Object.keys(template.findResources('AWS::WAFv2::WebACL'));
  template.hasResourceProperties('AWS::WAFv2::WebACL', {
    Scope: 'CLOUDFRONT',
    Rules: Match.arrayWith([Match.objectLike({ Statement: { RateBasedStatement: Match.objectLike({ Limit: 100 }) } })]),
  });
  expect(propertyOf(template, 'AWS::CloudFront::Distribution', 'DistributionConfig/WebACLId')).toEqual([
    { 'Fn::GetAtt': [webAcl, 'Arn'] },
  ]);
  template.resourceCountIs('AWS::WAFv2::WebACLAssociation', 0);
});

test('a gateway can use an existing web ACL, and has none by default', () => {
  const webAclArn = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/name/id';
  const idsWith = (options: Partial<CloudFrontGatewayProps>) =>
    propertyOf(
      templateOf((stack) => behindCloudFront(stack, options)),
      'AWS::CloudFront::Distribution',
      'DistributionConfig/WebACLId',
    );
  expect(idsWith({ webAclArn })).toEqual([webAclArn]);
  expect(idsWith({})).toEqual([undefined]);
});

test.each([RemovalPolicy.DESTROY, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE])(
  'the secret of a gateway has the removal policy of the lanes: %s',
  (removalPolicy) => {
    const template = templateOf((stack) => behindCloudFront(stack, {}, { removalPolicy }));
    const [secret] = Object.values(template.findResources('AWS::SecretsManager::Secret'));
    expect(secret?.DeletionPolicy).toBe(removalPolicy === RemovalPolicy.DESTROY ? 'Delete' : 'RetainExceptOnCreate');
  },
);

test('lanes behind a gateway without a hosted zone create no records', () => {
  const stack = testStack();
  const certificates = new Stack(stack, 'Certificates', { env: { region: 'us-east-1' } });
  const certificate = Certificate.fromCertificateArn(
    certificates,
    'Certificate',
    'arn:aws:acm:us-east-1:111122223333:certificate/a',
  );
  behindCloudFront(
    stack,
    { certificate, internalLoadBalancers: false },
    { hostedZone: undefined, certificates: LaneCertificates.imported(certificate), webSocket: SERVERS },
  );
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::Route53::RecordSet', 0);
  template.resourceCountIs('AWS::CertificateManager::Certificate', 0);
});
