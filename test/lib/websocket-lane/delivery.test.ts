import { Duration, Size, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Delivery, type DeliveryProps } from '../../../lib/websocket-lane/delivery';
import { MessageLog } from '../../../lib/storage/message-log';
import { apiGatewayOf, webSocketLane } from '../lanes';
import { statementsOf, synthesisError, templateOf, testStack } from '../synthesized';

function delivery(stack: Stack, props: Partial<DeliveryProps> = {}): Delivery {
  const { messageLog = new MessageLog(stack, 'MessageLog') } = props;
  return new Delivery(stack, 'Delivery', {
    messageLog,
    webSocketLane: webSocketLane(stack, { messageLog }),
    ...props,
  });
}

describe('the delivery of messages', () => {
  const stack = testStack();
  const messageLog = new MessageLog(stack, 'MessageLog');
  const lane = webSocketLane(stack, { messageLog });
  const all = new Delivery(stack, 'Delivery', { messageLog, webSocketLane: lane });
  const { push, dispatch, queue, deliver, deadLetterQueues } = all;
  const template = Template.fromStack(stack);
  const stream = stack.resolve(messageLog.table.tableStreamArn);
  const connections = stack.resolve(lane.connectionTable.table.tableArn);
  const log = stack.resolve(messageLog.table.tableArn);
  const arn = (of: Queue) => stack.resolve(of.queueArn);

  test('reads new messages from the stream and no other changes', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: stream,
      FunctionName: stack.resolve(dispatch.function.functionName),
      StartingPosition: 'TRIM_HORIZON',
      FilterCriteria: {
        Filters: [
          {
            Pattern: Match.serializedJson({
              eventName: ['INSERT'],
              dynamodb: { Keys: { sk: { S: [{ prefix: 'MESSAGE#' }] } } },
            }),
          },
        ],
      },
    });
  });

  test('retries a record of the stream five times in smaller and smaller batches, then sends it to a dead-letter queue', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: stream,
      MaximumRetryAttempts: 5,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: arn(deadLetterQueues.dispatch) } },
    });
  });

  test('dispatches batches of up to 100 messages in sequence, without a batching window', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: stream,
      BatchSize: 100,
      ParallelizationFactor: Match.absent(),
      MaximumBatchingWindowInSeconds: Match.absent(),
    });
  });

  test('has a dispatch timeout that is sufficient for a batch of 100 topics', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Timeout: 30,
      Description: 'WebSocket lane: turns new messages in the log into work for their subscribers',
    });
  });

  test('passes up to ten queue entries at a time to the deliver function', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: arn(queue),
      FunctionName: stack.resolve(deliver.function.functionName),
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: Match.absent(),
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: Match.absent(),
    });
  });

  test('receives a queue entry 20 times, six timeouts apart, then moves it to a dead-letter queue', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 180,
      RedrivePolicy: { deadLetterTargetArn: arn(deadLetterQueues.deliver), maxReceiveCount: 20 },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Timeout: 30,
      Description: 'WebSocket lane: posts messages to connections',
    });
  });

  test('keeps dead letters for two weeks', () => {
    template.resourcePropertiesCountIs('AWS::SQS::Queue', { MessageRetentionPeriod: 1_209_600 }, 2);
  });

  test('has only encrypted queues that require TLS', () => {
    template.resourceCountIs('AWS::SQS::Queue', 4);
    template.resourcePropertiesCountIs('AWS::SQS::Queue', { SqsManagedSseEnabled: true }, 4);
    template.resourcePropertiesCountIs(
      'AWS::SQS::QueuePolicy',
      {
        PolicyDocument: {
          Statement: [{ Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
        },
      },
      4,
    );
  });

  test('passes up to ten hints at a time to the push function, with at most 20 concurrent invocations', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: arn(messageLog.hintQueue),
      FunctionName: stack.resolve(push?.function.functionName),
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: Match.absent(),
      ScalingConfig: { MaximumConcurrency: 20 },
    });
  });

  test('gives the push function one vCPU, a timeout below the visibility timeout, and exactly what it reads', () => {
    const { Ref } = stack.resolve(push?.function.functionName);
    expect(template.findResources('AWS::Lambda::Function')[Ref]?.Properties).toMatchObject({
      Description: 'WebSocket lane: pushes messages after a hint',
      MemorySize: 1769,
      Timeout: 10,
      Environment: {
        Variables: {
          MESSAGE_LOG_TABLE: stack.resolve(messageLog.table.tableName),
          CONNECTION_TABLE: stack.resolve(lane.connectionTable.table.tableName),
          DELIVERY_QUEUE_URL: stack.resolve(queue.queueUrl),
          MANAGEMENT_ENDPOINT: 'https://ws.example.com',
        },
      },
    });
  });

  test('lets a message pass deliver and its queue more often than the 16 times after which Lambda stops a loop', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'WebSocket lane: posts messages to connections',
      RecursiveLoop: 'Allow',
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'WebSocket lane: turns new messages in the log into work for their subscribers',
      RecursiveLoop: Match.absent(),
    });
  });

  const onKeys = (...keys: string[]) => ({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } });

  test('allows dispatch to read the stream, marks and the shards of a topic, and to send to its two queues', () => {
    expect(statementsOf(stack, dispatch).slice(1)).toEqual([
      {
        Effect: 'Allow',
        Action: ['dynamodb:ListStreams', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
        Resource: '*',
      },
      { Effect: 'Allow', Action: 'dynamodb:BatchGetItem', Resource: log, Condition: onKeys('PUSHED#*') },
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

  /** Statements to post to the subscribers of a shard, and to enqueue what is left. */
  const posting = (...queues: Queue[]) => [
    {
      Effect: 'Allow',
      Action: ['dynamodb:BatchGetItem', 'dynamodb:Query'],
      Resource: connections,
      Condition: onKeys('TOPIC#*'),
    },
    {
      Effect: 'Allow',
      Action: ['dynamodb:GetItem', 'dynamodb:Query'],
      Resource: connections,
      Condition: onKeys('CONNECTION#*'),
    },
    {
      Effect: 'Allow',
      Action: 'dynamodb:DeleteItem',
      Resource: connections,
      Condition: onKeys('CONNECTION#*', 'SUBJECT#*', 'TOPIC#*'),
    },
    {
      Effect: 'Allow',
      Action: ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'],
      Resource: queues.length > 1 ? queues.map(arn) : arn(queue),
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
            stack.resolve(apiGatewayOf(lane).api.apiId),
            '/live/POST/@connections/*',
          ],
        ],
      },
    },
  ];

  const receiving = (from: Queue) => ({
    Effect: 'Allow',
    Action: [
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:ReceiveMessage',
    ],
    Resource: arn(from),
  });
  const tracing = { Effect: 'Allow', Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], Resource: '*' };

  test('allows deliver to receive, requeue and set aside entries, find shards and subscribers, post, and delete closed connections', () => {
    expect(statementsOf(stack, deliver).slice(1)).toEqual([
      tracing,
      ...posting(deadLetterQueues.deliver, queue),
      receiving(queue),
    ]);
  });

  test('allows push to receive hints, read their messages, write marks, find shards and subscribers, post, enqueue what is left, and delete closed connections', () => {
    expect(push && statementsOf(stack, push).slice(1)).toEqual([
      tracing,
      {
        Effect: 'Allow',
        Action: 'dynamodb:BatchGetItem',
        Resource: log,
        Condition: onKeys('TOPIC#*', 'PUSHED#*'),
      },
      { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: log, Condition: onKeys('PUSHED#*') },
      ...posting(queue),
      receiving(messageLog.hintQueue),
    ]);
  });

  test.each([
    ['PushLatency', 'p90', all.metricPushLatency()],
    ['Posts', 'Sum', all.metricPosts()],
    ['Left', 'Sum', all.metricLeft()],
    ['Gone', 'Sum', all.metricGone()],
    ['FanOut', 'Sum', all.metricFanOut()],
  ])('has the metric %s of the WebSocket lane with the statistic %s over 1 minute', (metricName, statistic, metric) => {
    expect(metric).toMatchObject({
      namespace: 'Twinlane',
      metricName,
      statistic,
      period: Duration.minutes(1),
      dimensions: { Lane: lane.metricLane },
    });
  });

  test('has metrics with the given options', () => {
    const options = { statistic: 'Maximum', period: Duration.minutes(2) };
    expect(all.metricPushLatency(options)).toMatchObject(options);
    expect(all.metricPosts(options)).toMatchObject(options);
  });

  test('tells each function the dimension of its metrics', () => {
    const functions = [push, dispatch, deliver].map((fn) => {
      const name = stack.resolve(fn?.function.functionName).Ref;
      return template.findResources('AWS::Lambda::Function')[name]?.Properties.Environment.Variables.METRIC_LANE;
    });
    expect(functions).toEqual([lane.metricLane, lane.metricLane, lane.metricLane]);
  });

  test('passes the table, its two queues and the management endpoint to each function', () => {
    const CONNECTION_TABLE = stack.resolve(lane.connectionTable.table.tableName);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          CONNECTION_TABLE,
          DELIVERY_QUEUE_URL: stack.resolve(queue.queueUrl),
          DEAD_LETTER_QUEUE_URL: stack.resolve(deadLetterQueues.dispatch.queueUrl),
        },
      },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          CONNECTION_TABLE,
          DELIVERY_QUEUE_URL: stack.resolve(queue.queueUrl),
          DEAD_LETTER_QUEUE_URL: stack.resolve(deadLetterQueues.deliver.queueUrl),
          MANAGEMENT_ENDPOINT: 'https://ws.example.com',
        },
      },
    });
  });
});

describe('the options of delivery', () => {
  const warm = { provisionedConcurrency: { minCapacity: 1, maxCapacity: 2 } };

  test('include provisioned concurrency, whose aliases receive the stream and the queue', () => {
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

  test('include a batching window, which collects messages before dispatch', () => {
    const template = templateOf((stack) => {
      const messageLog = new MessageLog(stack, 'Log', { hintAfter: Duration.millis(2600) });
      delivery(stack, { messageLog, maxBatchingWindow: Duration.seconds(2) });
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
  ])('reject a batching window that Lambda does not accept: %s', (maxBatchingWindow, seconds) => {
    const error = synthesisError((stack) => {
      delivery(stack, { maxBatchingWindow });
    });
    expect(error).toContain(
      `maxBatchingWindow must be whole seconds, 300 or fewer, got ${seconds} s. Fix: use Duration.seconds(1)`,
    );
  });

  test('reject a timeout that leaves no time to post', () => {
    const error = synthesisError((stack) => {
      delivery(stack, { deliver: { timeout: Duration.seconds(14) } });
    });
    expect(error).toContain(
      'deliver.timeout must be at least 15 s, of which 8 s are reserved to requeue the rest, got 14 s',
    );
  });

  test('include a timeout, which sets the visibility timeout of the queue', () => {
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
  ])(
    'with a reserved concurrency of %p limit the concurrency of the queue to it',
    (reservedConcurrency, ScalingConfig) => {
      const template = templateOf((stack) => {
        delivery(stack, { deliver: { reservedConcurrency } });
      });
      template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
        BatchSize: 10,
        ScalingConfig: ScalingConfig ?? Match.absent(),
      });
    },
  );

  test.each([
    [1, 2],
    [2, 2],
    [19, 19],
    [21, 20],
  ])('with a reserved concurrency of %p for push receive hints with %p concurrent invocations', (reserved, limit) => {
    const template = templateOf((stack) => {
      delivery(stack, { push: { reservedConcurrency: reserved } });
    });
    template.resourcePropertiesCountIs(
      'AWS::Lambda::EventSourceMapping',
      { ScalingConfig: { MaximumConcurrency: limit } },
      1,
    );
  });

  test('include provisioned concurrency of push, whose alias receives the hints', () => {
    const stack = testStack();
    const { push } = delivery(stack, { push: warm });
    Template.fromStack(stack).resourcePropertiesCountIs(
      'AWS::Lambda::EventSourceMapping',
      { FunctionName: stack.resolve(push?.invocable.functionName) },
      1,
    );
  });

  test('include memory of push', () => {
    const template = templateOf((stack) => {
      delivery(stack, { push: { memorySize: Size.mebibytes(700) } });
    });
    template.resourcePropertiesCountIs('AWS::Lambda::Function', { MemorySize: 700 }, 1);
  });

  test.each([4, 61])('reject a timeout of push of %p s', (seconds) => {
    const error = synthesisError((stack) => {
      delivery(stack, { push: { timeout: Duration.seconds(seconds) } });
    });
    expect(error).toContain(
      `[Test/Delivery] push.timeout must be 5 to 60 s, the visibility timeout of the hint queue, got ${seconds} s. Fix: use Duration.seconds(10)`,
    );
  });

  test.each([5, 60])('accept a timeout of push of %p s', (seconds) => {
    const template = templateOf((stack) => {
      delivery(stack, { push: { timeout: Duration.seconds(seconds) } });
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'WebSocket lane: pushes messages after a hint',
      Timeout: seconds,
    });
  });

  test('reject a batching window if the message log sends hints before it is over', () => {
    const error = synthesisError((stack) => {
      delivery(stack, { maxBatchingWindow: Duration.seconds(2) });
    });
    expect(error).toContain(
      '[Test/Delivery] messageLog.hintAfter must be at least 2600 ms, longer than maxBatchingWindow, or messages would not wait for others, got 600 ms. Fix: use Duration.millis(2600)',
    );
  });
});
