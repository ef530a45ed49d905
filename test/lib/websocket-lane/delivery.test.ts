import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Delivery, type DeliveryProps } from '../../../lib/websocket-lane/delivery';
import { MessageLog } from '../../../lib/storage/message-log';
import { webSocketLane } from '../lanes';
import { statementsOf, synthesisError, templateOf, testStack } from '../synthesized';

function delivery(stack: Stack, props: Partial<DeliveryProps> = {}): Delivery {
  const messageLog = new MessageLog(stack, 'MessageLog');
  return new Delivery(stack, 'Delivery', {
    messageLog,
    webSocketLane: webSocketLane(stack, { messageLog }),
    ...props,
  });
}

describe('the way from the log to the sockets', () => {
  const stack = testStack();
  const messageLog = new MessageLog(stack, 'MessageLog');
  const lane = webSocketLane(stack, { messageLog });
  const { dispatch, queue, deliver, deadLetterQueues } = new Delivery(stack, 'Delivery', {
    messageLog,
    webSocketLane: lane,
  });
  const template = Template.fromStack(stack);
  const stream = stack.resolve(messageLog.table.tableStreamArn);
  const connections = stack.resolve(lane.connectionTable.table.tableArn);
  const arn = (of: Queue) => stack.resolve(of.queueArn);

  test('begins with messages that arrive in the stream, and with nothing else that is written', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: stream,
      FunctionName: stack.resolve(dispatch.function.functionName),
      StartingPosition: 'TRIM_HORIZON',
      FilterCriteria: {
        Filters: [
          {
            Pattern: Match.serializedJson({
              eventName: ['INSERT', 'MODIFY'],
              dynamodb: { Keys: { sk: { S: [{ prefix: 'MESSAGE#' }] } } },
            }),
          },
        ],
      },
    });
  });

  test('tries a record of the stream five more times, in ever smaller batches, then puts it aside', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: stream,
      MaximumRetryAttempts: 5,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: arn(deadLetterQueues.dispatch) } },
    });
  });

  test('hands over up to 100 messages at once, one batch after another, without waiting for more', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: stream,
      BatchSize: 100,
      ParallelizationFactor: Match.absent(),
      MaximumBatchingWindowInSeconds: Match.absent(),
    });
  });

  test('has time for a topic with very many subscribers', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Timeout: 30,
      Description: 'WebSocket lane: turns new messages in the log into work for their subscribers',
    });
  });

  test('ends with up to ten shards of subscribers at once for the function that posts', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: arn(queue),
      FunctionName: stack.resolve(deliver.function.functionName),
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: Match.absent(),
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: Match.absent(),
    });
  });

  test('tries a piece of work five times, six timeouts apart, then puts it aside', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 180,
      RedrivePolicy: { deadLetterTargetArn: arn(deadLetterQueues.deliver), maxReceiveCount: 5 },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Timeout: 30,
      Description: 'WebSocket lane: posts messages to connections',
    });
  });

  test('keeps what was put aside for two weeks', () => {
    template.resourcePropertiesCountIs('AWS::SQS::Queue', { MessageRetentionPeriod: 1_209_600 }, 2);
  });

  test('has encrypted queues only, which refuse plain http', () => {
    template.resourcePropertiesCountIs('AWS::SQS::Queue', { SqsManagedSseEnabled: true }, 3);
    template.resourcePropertiesCountIs(
      'AWS::SQS::QueuePolicy',
      {
        PolicyDocument: {
          Statement: [{ Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
        },
      },
      3,
    );
  });

  const onKeys = (...keys: string[]) => ({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } });

  test('lets dispatch read the stream and the shards of a topic, and fill its two queues', () => {
    expect(statementsOf(stack, dispatch).slice(1)).toEqual([
      {
        Effect: 'Allow',
        Action: ['dynamodb:ListStreams', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
        Resource: '*',
      },
      { Effect: 'Allow', Action: 'dynamodb:BatchGetItem', Resource: connections, Condition: onKeys('TOPIC#*') },
      {
        Effect: 'Allow',
        Action: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
        Resource: [arn(deadLetterQueues.dispatch), arn(queue)],
      },
      {
        Effect: 'Allow',
        Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        Resource: stream,
      },
    ]);
  });

  test('lets deliver take work and put it back, find subscribers, post, and forget who is gone', () => {
    expect(statementsOf(stack, deliver).slice(1)).toEqual([
      { Effect: 'Allow', Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], Resource: '*' },
      { Effect: 'Allow', Action: 'dynamodb:Query', Resource: connections, Condition: onKeys('TOPIC#*') },
      { Effect: 'Allow', Action: 'dynamodb:Query', Resource: connections, Condition: onKeys('CONNECTION#*') },
      {
        Effect: 'Allow',
        Action: 'dynamodb:DeleteItem',
        Resource: connections,
        Condition: onKeys('CONNECTION#*', 'SUBJECT#*'),
      },
      {
        Effect: 'Allow',
        Action: 'dynamodb:BatchWriteItem',
        Resource: connections,
        Condition: onKeys('CONNECTION#*', 'TOPIC#*'),
      },
      {
        Effect: 'Allow',
        Action: [
          'sqs:ChangeMessageVisibility',
          'sqs:DeleteMessage',
          'sqs:GetQueueAttributes',
          'sqs:GetQueueUrl',
          'sqs:ReceiveMessage',
          'sqs:SendMessage',
        ],
        Resource: arn(queue),
      },
      {
        Effect: 'Allow',
        Action: 'execute-api:ManageConnections',
        Resource: {
          'Fn::Join': [
            '',
            [
              'arn:aws:execute-api:us-east-1:',
              { Ref: 'AWS::AccountId' },
              ':',
              stack.resolve(lane.api.apiId),
              '/live/POST/@connections/*',
            ],
          ],
        },
      },
    ]);
  });

  test('tells its functions where subscribers, work and connections are', () => {
    const CONNECTION_TABLE = stack.resolve(lane.connectionTable.table.tableName);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { CONNECTION_TABLE, DELIVERY_QUEUE_URL: stack.resolve(queue.queueUrl) } },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          CONNECTION_TABLE,
          DELIVERY_QUEUE_URL: stack.resolve(queue.queueUrl),
          MANAGEMENT_ENDPOINT: 'https://ws.example.com',
        },
      },
    });
  });
});

describe('what is asked for of delivery', () => {
  const warm = { provisionedConcurrency: { minCapacity: 1, maxCapacity: 2 } };

  test('warm copies are what the stream and the queue feed', () => {
    const stack = testStack();
    const { dispatch, deliver } = delivery(stack, { dispatch: warm, deliver: warm });
    const template = Template.fromStack(stack);
    for (const { invocable } of [dispatch, deliver]) {
      template.resourcePropertiesCountIs(
        'AWS::Lambda::EventSourceMapping',
        { FunctionName: stack.resolve(invocable.functionName) },
        1,
      );
    }
  });

  test('messages that may wait gather before they leave', () => {
    const template = templateOf((stack) => {
      delivery(stack, { maxBatchingWindow: Duration.seconds(2) });
    });
    template.resourcePropertiesCountIs(
      'AWS::Lambda::EventSourceMapping',
      { BatchSize: 100, MaximumBatchingWindowInSeconds: 2 },
      1,
    );
  });

  test.each([
    [Duration.seconds(301), 301],
    [Duration.millis(500), 0.5],
  ])('a window that Lambda does not take fails at synth: %s', (maxBatchingWindow, seconds) => {
    const error = synthesisError((stack) => {
      delivery(stack, { maxBatchingWindow });
    });
    expect(error).toContain(
      `maxBatchingWindow must be whole seconds, 300 or fewer, got ${seconds} s. Fix: use Duration.seconds(1)`,
    );
  });

  test('a timeout that leaves no time to post fails at synth', () => {
    const error = synthesisError((stack) => {
      delivery(stack, { deliver: { timeout: Duration.seconds(14) } });
    });
    expect(error).toContain(
      'deliver.timeout must be at least 15 s, of which 8 s are reserved to requeue the rest, got 14 s',
    );
  });

  test('a longer timeout keeps work hidden for longer', () => {
    const template = templateOf((stack) => {
      delivery(stack, { deliver: { timeout: Duration.minutes(1) } });
    });
    template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 360 });
  });

  test.each([
    [1, undefined],
    [2, { MaximumConcurrency: 2 }],
    [900, { MaximumConcurrency: 900 }],
    [1200, { MaximumConcurrency: 1000 }],
  ])('a pool of %p is fed no more than it takes', (reservedConcurrency, ScalingConfig) => {
    const template = templateOf((stack) => {
      delivery(stack, { deliver: { reservedConcurrency } });
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 10,
      ScalingConfig: ScalingConfig ?? Match.absent(),
    });
  });
});
