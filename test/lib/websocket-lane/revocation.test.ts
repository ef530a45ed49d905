import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { Delivery } from '../../../lib/websocket-lane/delivery';
import type { Revocation } from '../../../lib/websocket-lane/revocation';
import { apiGatewayOf, twinlane } from '../lanes';
import { statementsOf, synthesisError, testStack } from '../synthesized';

describe('the revocation', () => {
  const stack = testStack();
  const lanes = twinlane(stack);
  const { revoke } = lanes.revocation as Revocation;
  const delivery = lanes.delivery as Delivery;
  const template = Template.fromStack(stack);
  const api = stack.resolve(apiGatewayOf(lanes.webSocketLane).api.apiId);

  const permissionsOn = (verb: string) => {
    const statements = (fn: typeof revoke) =>
      statementsOf(stack, fn).filter((statement) => JSON.stringify(statement).includes(`/${verb}/@connections/*`));
    const all = [...lanes.webSocketLane.entry.functions, delivery.dispatch, delivery.deliver, revoke];
    return all.filter((fn) => statements(fn).length > 0);
  };

  test('has the only function with permission to close a connection, and only deliver can post otherwise', () => {
    expect(permissionsOn('DELETE')).toEqual([revoke]);
    expect(permissionsOn('POST')).toEqual([delivery.deliver, revoke]);
    const paths = ['DELETE', 'POST'].map((verb) => ({
      'Fn::Join': ['', expect.arrayContaining([api, `/live/${verb}/@connections/*`])],
    }));
    expect(statementsOf(stack, revoke)).toContainEqual({
      Effect: 'Allow',
      Action: 'execute-api:ManageConnections',
      Resource: paths,
    });
  });

  test.each([
    ['revoke', revoke],
    ['deliver', delivery.deliver],
  ])('%s is updated only when the host name that it calls answers', (_name, fn) => {
    const { Ref } = stack.resolve(fn.function.functionName);
    const required = [
      ...Object.keys(template.findResources('AWS::ApiGatewayV2::ApiMapping')),
      ...Object.keys(template.findResources('AWS::Route53::RecordSet', { Properties: { Name: 'ws.example.com.' } })),
    ];
    expect(required).toHaveLength(3);
    expect(template.findResources('AWS::Lambda::Function')[Ref]?.DependsOn).toEqual(expect.arrayContaining(required));
  });

  test('reads only revocations and requests to close from the stream of the admission table', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: stack.resolve(lanes.admission.table?.tableStreamArn),
      FunctionName: stack.resolve(revoke.function.functionName),
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 10,
      StartingPosition: 'TRIM_HORIZON',
      FilterCriteria: {
        Filters: ['REVOCATION', 'CLOSING'].map((sk) => ({
          Pattern: JSON.stringify({ eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { sk: { S: [sk] } } } }),
        })),
      },
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
    });
  });

  test('sends only to its own dead-letter queue, whose address it knows', () => {
    const { deadLetterQueue } = lanes.revocation as Revocation;
    const { Ref } = stack.resolve(revoke.function.functionName);
    expect(template.findResources('AWS::Lambda::Function')[Ref]?.Properties).toMatchObject({
      Timeout: 25,
      Environment: { Variables: { DEAD_LETTER_QUEUE_URL: stack.resolve(deadLetterQueue.queueUrl) } },
    });
    const sending = statementsOf(stack, revoke).filter((statement) => JSON.stringify(statement).includes('sqs:Send'));
    expect(sending.length).toBeGreaterThan(0);
    for (const statement of sending) {
      expect(statement).toMatchObject({ Resource: stack.resolve(deadLetterQueue.queueArn) });
    }
  });

  test('rejects a timeout that leaves no time to close connections', () => {
    const error = synthesisError((stack) => {
      twinlane(stack, { revoke: { timeout: Duration.seconds(19) } });
    });
    expect(error).toContain('revoke.timeout must be at least 20 s, of which 15 s are reserved');
  });
});
