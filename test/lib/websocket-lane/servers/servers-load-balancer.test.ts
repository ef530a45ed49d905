import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnLoadBalancer, IpAddressType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LaneCertificates } from '../../../../lib/domains/lane-certificates';
import { LaneNetwork } from '../../../../lib/network/lane-network';
import { retentionOf } from '../../../../lib/storage/retention';
import { ServersLoadBalancer } from '../../../../lib/websocket-lane/servers/servers-load-balancer';
import { WebSocketEntry } from '../../../../lib/websocket-lane/websocket-entry';
import { apiGateway, exampleFargate, exampleVpc, twinlane } from '../../lanes';
import { attributesOf, synthesisError, templateOf, testApp, testStack } from '../../synthesized';
import { servers, serversOf } from './lane-with-servers';

const WARNING = Match.stringLikeRegexp('Both lanes share a load balancer');

describe('the own load balancer of the servers', () => {
  const stack = testStack();
  const lane = servers(stack);
  const template = Template.fromStack(stack);

  test('is public, dual-stack, and keeps idle connections for 10 minutes and connections for 2 hours', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Scheme: 'internet-facing',
      IpAddressType: 'dualstack',
      Subnets: ['subnet-public-a', 'subnet-public-b'],
    });
    expect(attributesOf(template, 'LoadBalancer')).toMatchObject({
      'idle_timeout.timeout_seconds': '600',
      'client_keep_alive.seconds': '7200',
      'routing.http.drop_invalid_header_fields.enabled': 'true',
      'routing.http.desync_mitigation_mode': 'strictest',
      'access_logs.s3.enabled': 'true',
    });
  });

  test('forwards handshakes for the host of the lane, and answers all other requests with 426', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      Protocol: 'HTTPS',
      DefaultActions: [
        {
          Type: 'fixed-response',
          FixedResponseConfig: { StatusCode: '426', ContentType: 'text/plain', MessageBody: 'Upgrade Required' },
        },
      ],
    });
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::ListenerRule', 1);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
      Priority: 10,
      Conditions: [
        { Field: 'host-header', HostHeaderConfig: { Values: ['ws.example.com'] } },
        { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'Upgrade', Values: ['websocket'] } },
      ],
      Actions: [{ Type: 'forward', TargetGroupArn: stack.resolve(lane.targetGroup.targetGroupArn) }],
    });
  });

  test('requires TLS 1.2 or later, and sets security headers', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
    });
    expect(attributesOf(template, 'Listener')).toMatchObject({
      'routing.http.response.strict_transport_security.header_value': 'max-age=63072000; includeSubDomains',
      'routing.http.response.server.enabled': 'false',
    });
  });

  test('has the A and AAAA records of the host', () => {
    const target = stack.resolve(lane.loadBalancer.loadBalancerDnsName);
    for (const Type of ['A', 'AAAA']) {
      template.hasResourceProperties('AWS::Route53::RecordSet', {
        Type,
        Name: 'ws.example.com.',
        AliasTarget: { DNSName: { 'Fn::Join': ['', ['dualstack.', target]] } },
      });
    }
  });

  test('does not warn of a shared load balancer', () => {
    Annotations.fromStack(stack).hasNoWarning('*', WARNING);
  });
});

test('the records of the host have the same logical ids with an API as with servers, because a second record would be refused', () => {
  const idsOf = (template: Template) => Object.keys(template.findResources('AWS::Route53::RecordSet')).sort();
  const ids = idsOf(templateOf((stack) => servers(stack)));
  expect(ids).toHaveLength(2);
  expect(ids).toEqual(idsOf(templateOf((stack) => apiGateway(stack))));
});

test('servers in a VPC without IPv6 have no AAAA record', () => {
  const template = templateOf((stack) => {
    const network = LaneNetwork.fromVpc(exampleVpc(stack)).bind(stack, retentionOf({}));
    expect(network.ipAddressType).toBe(IpAddressType.IPV4);
    servers(stack, {}, { network });
  });
  template.resourcePropertiesCountIs('AWS::Route53::RecordSet', { Type: 'AAAA' }, 0);
  template.resourcePropertiesCountIs('AWS::Route53::RecordSet', { Type: 'A' }, 1);
});

test('access logs of the own load balancer are off if the stage keeps no data, or by option', () => {
  for (const [accessLogs, removalPolicy] of [
    [undefined, RemovalPolicy.DESTROY],
    [false, RemovalPolicy.RETAIN],
  ] as const) {
    const template = templateOf((stack) => {
      servers(stack, { loadBalancer: ServersLoadBalancer.own({ accessLogs }) }, { removalPolicy });
    });
    expect(attributesOf(template, 'LoadBalancer')).not.toHaveProperty('access_logs.s3.enabled');
  }
});

test('access logs of the own load balancer need a Region', () => {
  const app = testApp();
  servers(new Stack(app, 'Test'));
  expect(() => app.synth()).toThrow(
    '[Test/WebSocketLane/Servers] accessLogs need a stack with a Region, got one without. Fix: set env.region of the stack, or accessLogs to false',
  );
});

describe('the load balancer of the HTTP lane, shared with servers', () => {
  const stack = testStack();
  const lanes = twinlane(stack, {
    http: { compute: exampleFargate(), idleTimeout: Duration.minutes(10) },
    webSocket: { entry: WebSocketEntry.servers({ loadBalancer: ServersLoadBalancer.shared() }) },
  });
  const template = Template.fromStack(stack);
  const lane = serversOf(lanes.webSocketLane);
  const ListenerArn = stack.resolve(lanes.httpLane.listener.listenerArn);
  const host = { Field: 'host-header', HostHeaderConfig: { Values: ['ws.example.com'] } };

  test('forwards handshakes for the host to the servers, and answers other requests to the host with 426', () => {
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 1);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
      ListenerArn,
      Priority: 10,
      Conditions: [
        host,
        { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'Upgrade', Values: ['websocket'] } },
      ],
      Actions: [{ Type: 'forward', TargetGroupArn: stack.resolve(lane.targetGroup.targetGroupArn) }],
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
      ListenerArn,
      Priority: 11,
      Conditions: [host],
      Actions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '426' } }],
    });
  });

  test('still forwards requests to other hosts to the HTTP lane', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      DefaultActions: [
        { Type: 'forward', TargetGroupArn: stack.resolve(lanes.httpLane.compute.targetGroup.targetGroupArn) },
      ],
    });
  });

  test('can connect to the port for handshakes of the servers, and to no other', () => {
    const GroupId = stack.resolve(lane.connections.securityGroups[0]?.securityGroupId);
    const SourceSecurityGroupId = stack.resolve(
      lanes.httpLane.loadBalancer.connections.securityGroups[0]?.securityGroupId,
    );
    template.resourcePropertiesCountIs('AWS::EC2::SecurityGroupIngress', { GroupId, SourceSecurityGroupId }, 1);
    template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', {
      GroupId,
      SourceSecurityGroupId,
      FromPort: 8080,
      ToPort: 8080,
    });
  });

  test('is the target of the records of both hosts', () => {
    const target = stack.resolve(lanes.httpLane.loadBalancer.loadBalancerDnsName);
    template.resourcePropertiesCountIs(
      'AWS::Route53::RecordSet',
      { AliasTarget: { DNSName: { 'Fn::Join': ['', ['dualstack.', target]] } } },
      4,
    );
  });

  test('has one certificate for both hosts, which is not added twice', () => {
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::ListenerCertificate', 0);
  });

  test('is reported with a warning, because idle timeout and capacity are shared', () => {
    Annotations.fromStack(stack).hasWarning('/Test/TwinLane/WebSocketLane/Servers', WARNING);
  });
});

test('a shared load balancer gets the certificate of the WebSocket host if it has another one', () => {
  const template = templateOf((stack) => {
    twinlane(stack, {
      certificates: LaneCertificates.perLane(),
      http: { compute: exampleFargate(), idleTimeout: Duration.minutes(10) },
      webSocket: { entry: WebSocketEntry.servers({ loadBalancer: ServersLoadBalancer.shared() }) },
    });
  });
  template.resourceCountIs('AWS::ElasticLoadBalancingV2::ListenerCertificate', 1);
});

test('the target group has another logical id at a shared load balancer, because AWS refuses one at two load balancers', () => {
  const idsOf = (loadBalancer: ServersLoadBalancer) =>
    templateOf((stack) => {
      twinlane(stack, {
        http: { compute: exampleFargate(), idleTimeout: Duration.minutes(10) },
        webSocket: { entry: WebSocketEntry.servers({ loadBalancer }) },
      });
    }).findResources('AWS::ElasticLoadBalancingV2::TargetGroup');
  const [own, shared] = [ServersLoadBalancer.own(), ServersLoadBalancer.shared()].map((one) =>
    Object.keys(idsOf(one)).filter((id) => id.includes('WebSocketLane')),
  );
  expect(own).toHaveLength(1);
  expect(own).not.toEqual(shared);
});

test.each([
  ['by default', undefined, 60],
  ['with less than 6 minutes', Duration.seconds(359), 359],
])('a shared load balancer that closes connections between two pings is refused: %s', (_when, idleTimeout, seconds) => {
  const message = synthesisError((stack) => {
    twinlane(stack, {
      http: { compute: exampleFargate(), ...(idleTimeout && { idleTimeout }) },
      webSocket: { entry: WebSocketEntry.servers({ loadBalancer: ServersLoadBalancer.shared() }) },
    });
  });
  expect(message).toContain(
    `[Test/TwinLane/WebSocketLane/Servers] loadBalancer must be one with an idle timeout of at least 360 s, because clients ping up to 5 minutes apart, got ServersLoadBalancer.shared() with ${seconds} s. Fix: set http.idleTimeout to Duration.minutes(10), or use ServersLoadBalancer.own()`,
  );
});

test('the idle timeout of a shared load balancer is the one at synthesis, also if it was set later', () => {
  const message = synthesisError((stack) => {
    const { httpLane } = twinlane(stack, {
      http: { compute: exampleFargate(), idleTimeout: Duration.minutes(10) },
      webSocket: { entry: WebSocketEntry.servers({ loadBalancer: ServersLoadBalancer.shared() }) },
    });
    httpLane.loadBalancer.setAttribute('idle_timeout.timeout_seconds', '120');
    expect(httpLane.loadBalancer.node.defaultChild).toBeInstanceOf(CfnLoadBalancer);
  });
  expect(message).toContain('got ServersLoadBalancer.shared() with 120 s');
});

test('a shared load balancer without an HTTP lane is refused', () => {
  const message = synthesisError((stack) => servers(stack, { loadBalancer: ServersLoadBalancer.shared() }));
  expect(message).toContain(
    'loadBalancer must be an own one without an HTTP lane, got ServersLoadBalancer.shared(). Fix: use ServersLoadBalancer.own(), or pass httpListener to the WebSocketLane',
  );
});
