import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Delivery } from '../../lib/websocket-lane/delivery';
import { MessageLog } from '../../lib/storage/message-log';
import { httpLane, webSocketLane } from './lanes';
import { exampleDomain, testApp, testStack } from './synthesized';

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

test('a WebSocket lane can be in a stack without a Region', () => {
  const stack = new Stack(testApp(), 'Anywhere');
  webSocketLane(stack);
  Template.fromStack(stack).resourceCountIs('AWS::ApiGatewayV2::Api', 1);
});
