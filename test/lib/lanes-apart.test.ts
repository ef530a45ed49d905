import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Delivery } from '../../lib/websocket-lane/delivery';
import { MessageLog } from '../../lib/storage/message-log';
import { httpLane, webSocketLane } from './lanes';
import { exampleDomain, testApp, testStack } from './synthesized';

/** Each lane in a stack of its own, with a certificate and a zone that exist, and the log in a third. */
function lanesApart() {
  const app = testApp();
  const [log, http, webSocket] = ['Log', 'Http', 'WebSocket'].map((id) => testStack(app, id)) as [Stack, Stack, Stack];
  const messageLog = new MessageLog(log, 'MessageLog');
  httpLane(http, { messageLog, domain: exampleDomain(http, 'api.example.com') });
  const lane = webSocketLane(webSocket, { messageLog, domain: exampleDomain(webSocket, 'ws.example.com') });
  new Delivery(webSocket, 'Delivery', { messageLog, webSocketLane: lane });
  return { app, log, http, webSocket };
}

describe('lanes in stacks of their own', () => {
  const { app, log, http, webSocket } = lanesApart();

  test('depend on the log, and on nothing of each other', () => {
    app.synth();
    const needs = (stack: Stack) => stack.dependencies.map(({ node }) => node.id);
    expect(needs(http)).toEqual(['Log']);
    expect(needs(webSocket)).toEqual(['Log']);
    expect(needs(log)).toEqual([]);
  });

  test('leave the stack of the log with nothing but its table', () => {
    expect(Object.values(Template.fromStack(log).toJSON().Resources)).toEqual([
      expect.objectContaining({ Type: 'AWS::DynamoDB::Table' }),
    ]);
  });

  test('hold one kind of entry each', () => {
    Template.fromStack(http).resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 1);
    Template.fromStack(http).resourceCountIs('AWS::Lambda::Function', 0);
    Template.fromStack(webSocket).resourceCountIs('AWS::ApiGatewayV2::Api', 1);
    Template.fromStack(webSocket).resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 0);
  });

  test('use the certificate that is given', () => {
    Template.fromStack(http).resourceCountIs('AWS::CertificateManager::Certificate', 0);
    Template.fromStack(webSocket).resourceCountIs('AWS::CertificateManager::Certificate', 0);
  });
});

test('a WebSocket lane lives in a stack without a Region', () => {
  const stack = new Stack(testApp(), 'Anywhere');
  webSocketLane(stack);
  Template.fromStack(stack).resourceCountIs('AWS::ApiGatewayV2::Api', 1);
});
