import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { CloudFront } from '../../lib/gateway/cloud-front';
import { LaneNetwork } from '../../lib/network/lane-network';
import { Delivery } from '../../lib/websocket-lane/delivery';
import { MessageLog } from '../../lib/storage/message-log';
import { retentionOf } from '../../lib/storage/retention';
import { httpLane, webSocketLane } from './lanes';
import { exampleDomain, exampleZone, testApp, testStack } from './synthesized';

/** A stack for each lane, with an imported certificate and hosted zone, and a third stack for the message log. */
function lanesApart() {
  const app = testApp();
  const [log, http, webSocket] = ['Log', 'Http', 'WebSocket'].map((id) => testStack(app, id)) as [Stack, Stack, Stack];
  const messageLog = new MessageLog(log, 'MessageLog');
  httpLane(http, { messageLog, domain: exampleDomain(http, 'api.example.com') });
  const lane = webSocketLane(webSocket, { messageLog, domain: exampleDomain(webSocket, 'ws.example.com') });
  new Delivery(webSocket, 'Delivery', { messageLog, webSocketLane: lane });
  return { app, log, http, webSocket };
}

describe('lanes in separate stacks', () => {
  const { app, log, http, webSocket } = lanesApart();

  test('depend on the message log and not on each other', () => {
    app.synth();
    const needs = (stack: Stack) => stack.dependencies.map(({ node }) => node.id);
    expect(needs(http)).toEqual(['Log']);
    expect(needs(webSocket)).toEqual(['Log']);
    expect(needs(log)).toEqual([]);
  });

  test('add nothing to the stack of the message log except its table and its hint queue', () => {
    const resources = Object.values<{ Type: string }>(Template.fromStack(log).toJSON().Resources);
    expect(resources.map(({ Type }) => Type)).toEqual([
      'AWS::DynamoDB::Table',
      'AWS::SQS::Queue',
      'AWS::SQS::QueuePolicy',
    ]);
  });

  test('have only their own entry points', () => {
    Template.fromStack(http).resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 1);
    Template.fromStack(http).resourceCountIs('AWS::Lambda::Function', 0);
    Template.fromStack(webSocket).resourceCountIs('AWS::ApiGatewayV2::Api', 1);
    Template.fromStack(webSocket).resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 0);
  });

  test('use the imported certificate', () => {
    Template.fromStack(http).resourceCountIs('AWS::CertificateManager::Certificate', 0);
    Template.fromStack(webSocket).resourceCountIs('AWS::CertificateManager::Certificate', 0);
  });
});

describe('lanes in separate stacks behind a gateway in a third one', () => {
  const app = testApp();
  const [log, edge, http, webSocket] = ['Log', 'Edge', 'Http', 'WebSocket'].map((id) => testStack(app, id)) as [
    Stack,
    Stack,
    Stack,
    Stack,
  ];
  const gateway = new CloudFront(edge, 'Gateway', {
    hostName: 'app.example.com',
    context: {
      httpHostName: 'api.example.com',
      webSocketHostName: 'ws.example.com',
      hostedZone: exampleZone(edge),
      retention: retentionOf({}),
    },
  });
  const messageLog = new MessageLog(log, 'MessageLog');
  const allowedOrigins = ['https://app.example.com'];
  const domains = {
    http: { ...exampleDomain(http, 'api.example.com'), gateway },
    webSocket: { ...exampleDomain(webSocket, 'ws.example.com'), gateway },
  };
  const lane = httpLane(http, {
    messageLog,
    domain: domains.http,
    allowedOrigins,
    network: LaneNetwork.create({ availabilityZones: ['us-east-1a', 'us-east-1b'] }),
  });
  webSocketLane(webSocket, { messageLog, domain: domains.webSocket, allowedOrigins });
  gateway.forwardTo({
    http: { domain: domains.http, loadBalancer: lane.loadBalancer },
    webSocket: { domain: domains.webSocket },
  });

  test('depend on each other in one direction: the API on the secret, and the distribution on the load balancer', () => {
    app.synth();
    const needs = (stack: Stack) => stack.dependencies.map(({ node }) => node.id).sort();
    expect(needs(http)).toEqual(['Log']);
    expect(needs(edge)).toEqual(['Http']);
    expect(needs(webSocket)).toEqual(['Edge', 'Log']);
  });

  test('have only the distribution in common', () => {
    Template.fromStack(edge).resourceCountIs('AWS::CloudFront::Distribution', 1);
    Template.fromStack(edge).resourceCountIs('AWS::CloudFront::VpcOrigin', 1);
    Template.fromStack(http).hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal' });
    Template.fromStack(http).resourceCountIs('AWS::Route53::RecordSet', 0);
  });
});

test('an HTTP lane that stands alone behind a gateway of another kind requires its secret', () => {
  const stack = testStack();
  const gateway = { hostName: 'app.example.com', internalLoadBalancers: false, originSecret: () => 'the-secret' };
  httpLane(stack, { domain: { ...exampleDomain(stack, 'api.example.com'), gateway } });
  Template.fromStack(stack).hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
    Conditions: [
      { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x-origin-secret', Values: ['the-secret'] } },
    ],
  });
});

test('a WebSocket lane can be in a stack without a Region', () => {
  const stack = new Stack(testApp(), 'Anywhere');
  webSocketLane(stack);
  Template.fromStack(stack).resourceCountIs('AWS::ApiGatewayV2::Api', 1);
});
