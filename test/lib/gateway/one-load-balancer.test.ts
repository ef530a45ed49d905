import { Duration } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Gateway } from '../../../lib/gateway/gateway';
import { ServersLoadBalancer } from '../../../lib/websocket-lane/servers/servers-load-balancer';
import { WebSocketEntry } from '../../../lib/websocket-lane/websocket-entry';
import { exampleFargate, twinlane } from '../lanes';
import { propertyOf } from '../resource-property';
import { testStack } from '../synthesized';
import { HOST } from './behind-cloud-front';

describe('one host for both lanes at the load balancer of the HTTP lane', () => {
  const stack = testStack();
  const { httpLane, webSocketLane } = twinlane(stack, {
    gateway: Gateway.loadBalancer(),
    httpHostName: HOST,
    webSocketHostName: HOST,
    allowedOrigins: [],
    http: { compute: exampleFargate(), idleTimeout: Duration.minutes(10), redirectHttp: true, webAcl: {} },
    webSocket: { entry: WebSocketEntry.servers({ loadBalancer: ServersLoadBalancer.shared() }) },
  });
  const template = Template.fromStack(stack);
  const place = [
    { Field: 'host-header', HostHeaderConfig: { Values: [HOST] } },
    { Field: 'path-pattern', PathPatternConfig: { Values: ['/socket'] } },
  ];
  const forwardTo = (TargetGroupArn: unknown) => [{ Type: 'forward', TargetGroupArn }];

  test('gives handshakes at /socket to the servers, answers other requests there with 426, and the rest goes to the HTTP lane', () => {
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 1);
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::ListenerRule', 2);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
      Priority: 10,
      Conditions: [
        ...place,
        { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'Upgrade', Values: ['websocket'] } },
      ],
      Actions: forwardTo(stack.resolve(webSocketLane.servers?.targetGroup.targetGroupArn)),
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
      Priority: 11,
      Conditions: place,
      Actions: [{ Type: 'fixed-response', FixedResponseConfig: Match.objectLike({ StatusCode: '426' }) }],
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      DefaultActions: forwardTo(stack.resolve(httpLane.compute.targetGroup.targetGroupArn)),
    });
  });

  test('has one A and one AAAA record, and one certificate with the name once', () => {
    expect(propertyOf(template, 'AWS::Route53::RecordSet', 'Type').sort()).toEqual(['A', 'AAAA']);
    expect(propertyOf(template, 'AWS::Route53::RecordSet', 'Name')).toEqual([`${HOST}.`, `${HOST}.`]);
    expect(propertyOf(template, 'AWS::CertificateManager::Certificate', 'DomainName')).toEqual([HOST]);
    expect(propertyOf(template, 'AWS::CertificateManager::Certificate', 'SubjectAlternativeNames')).toEqual([
      undefined,
    ]);
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::ListenerCertificate', 0);
  });

  test('needs no distribution and no secret, and is public with the web ACL and the redirect of the HTTP lane', () => {
    template.resourceCountIs('AWS::CloudFront::Distribution', 0);
    template.resourceCountIs('AWS::SecretsManager::Secret', 0);
    template.resourceCountIs('AWS::WAFv2::WebACLAssociation', 1);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internet-facing' });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { Port: 80 });
  });

  test('is in the URLs of both lanes, and its origin is allowed', () => {
    expect([httpLane.url, webSocketLane.url]).toEqual([`https://${HOST}`, `wss://${HOST}/socket`]);
    const environment = 'ContainerDefinitions/0/Environment';
    const task = 'AWS::ECS::TaskDefinition';
    expect(propertyOf(template, task, `${environment}/ALLOWED_ORIGINS`)).toEqual([
      `https://${HOST}`,
      `https://${HOST}`,
    ]);
    expect(propertyOf(template, task, `${environment}/WEBSOCKET_URL`)).toEqual([
      `wss://${HOST}/socket`,
      `wss://${HOST}/socket`,
    ]);
  });

  test('is reported with a warning whose fix keeps one host', () => {
    Annotations.fromStack(stack).hasWarning(
      '/Test/TwinLane/WebSocketLane/Servers',
      Match.stringLikeRegexp('Fix: use Gateway.cloudFront\\(\\) and ServersLoadBalancer.own\\(\\)'),
    );
  });
});
