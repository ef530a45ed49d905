import { type CfnElement, Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { MessageLog } from '../../../lib/storage/message-log';
import { statementsOf, synthesisError, testStack } from '../synthesized';

describe('the message log', () => {
  const stack = testStack();
  const log = new MessageLog(stack, 'MessageLog');

  test('is a durable table whose stream carries new items', () => {
    Template.fromStack(stack).hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      },
    });
  });

  test('keeps its logical id, because a new id would create an empty table', () => {
    expect(stack.getLogicalId(log.table.node.defaultChild as CfnElement)).toBe('MessageLogTable283D1E16');
  });

  test('has an encrypted hint queue that requires TLS and keeps a hint for 60 s', () => {
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::SQS::Queue', 1);
    template.hasResource('AWS::SQS::Queue', {
      DeletionPolicy: 'Delete',
      Properties: {
        SqsManagedSseEnabled: true,
        MessageRetentionPeriod: 60,
        VisibilityTimeout: 60,
        RedrivePolicy: Match.absent(),
      },
    });
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      Queues: [stack.resolve(log.hintQueue.queueUrl)],
      PolicyDocument: {
        Statement: [{ Effect: 'Deny', Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
      },
    });
  });

  test('passes its table, its retention, its hint queue and the pause before a hint to publishers', () => {
    expect(stack.resolve(log.environment)).toEqual({
      MESSAGE_LOG_TABLE: stack.resolve(log.table.tableName),
      MESSAGE_RETENTION_SECONDS: '86400',
      HINT_QUEUE_URL: stack.resolve(log.hintQueue.queueUrl),
      HINT_AFTER_MILLISECONDS: '600',
    });
  });

  test('keeps messages for a day by default', () => {
    expect(log.messageRetention).toEqual(Duration.hours(24));
    expect(new MessageLog(testStack(), 'Log', { messageRetention: Duration.days(7) }).messageRetention).toEqual(
      Duration.days(7),
    );
  });
});

describe('a grant of the message log', () => {
  const stack = testStack();
  const log = new MessageLog(stack, 'MessageLog');
  const inLog = (Action: string | string[], ...prefixes: string[]) => ({
    Effect: 'Allow',
    Action,
    Resource: stack.resolve(log.table.tableArn),
    Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': prefixes.map((prefix) => `${prefix}#*`) } },
  });
  const grantee = (id: string) => new Role(stack, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const publisher = grantee('Publisher');
  const historian = grantee('Historian');
  const locator = grantee('Locator');
  const pusher = grantee('Pusher');
  const dispatcher = grantee('Dispatcher');
  log.grantAppend(publisher);
  log.grantReadHistory(historian);
  log.grantReadPositions(locator);
  log.grantPush(pusher);
  log.grantReadMarks(dispatcher);

  test.each([
    [
      'to publish allows reading heads, putting messages and ids, and sending hints',
      publisher,
      [
        inLog('dynamodb:GetItem', 'TOPIC'),
        inLog('dynamodb:PutItem', 'TOPIC', 'ID'),
        { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: stack.resolve(log.hintQueue.queueArn) },
      ],
    ],
    [
      'to read history allows reading the head and queries of topics',
      historian,
      [inLog(['dynamodb:GetItem', 'dynamodb:Query'], 'TOPIC')],
    ],
    ['to read positions allows reading heads', locator, [inLog('dynamodb:BatchGetItem', 'TOPIC')]],
    [
      'to push allows reading messages and marks, and putting marks',
      pusher,
      [inLog('dynamodb:BatchGetItem', 'TOPIC', 'PUSHED'), inLog('dynamodb:PutItem', 'PUSHED')],
    ],
    ['to read marks allows reading marks', dispatcher, [inLog('dynamodb:BatchGetItem', 'PUSHED')]],
  ])('%s, and nothing else', (_name, role, statements) => {
    expect(statementsOf(stack, role)).toEqual(statements);
  });
});

test.each([0, 1, 299, 300.5])('a message retention of %p s is rejected, also of an imported log', (seconds) => {
  const messageRetention = Duration.millis(seconds * 1000);
  const error = `messageRetention must be whole seconds, at least 5 minutes, so that a repeated publish finds its id, got ${seconds} s. Fix: use Duration.hours(24)`;
  expect(synthesisError((stack) => new MessageLog(stack, 'MessageLog', { messageRetention }))).toContain(
    `[Test/MessageLog] ${error}`,
  );
  const attributes = { tableArn: 'arn:aws:dynamodb:us-east-1:111122223333:table/log', messageRetention };
  expect(synthesisError((stack) => MessageLog.fromMessageLogAttributes(stack, 'Imported', attributes))).toContain(
    `[Test/Imported] ${error}`,
  );
});

test('a message retention of 5 minutes is accepted', () => {
  const stack = testStack();
  expect(() => new MessageLog(stack, 'MessageLog', { messageRetention: Duration.minutes(5) })).not.toThrow();
  Template.fromStack(stack);
});

test.each([0, 599, 600.5, 300_601])('a pause of %p ms before a hint is rejected, also of an imported log', (millis) => {
  const hintAfter = Duration.millis(millis);
  const error = `hintAfter must be whole milliseconds, 600 to 300600, got ${millis} ms. Fix: use Duration.millis(600)`;
  expect(synthesisError((stack) => new MessageLog(stack, 'MessageLog', { hintAfter }))).toContain(
    `[Test/MessageLog] ${error}`,
  );
  const attributes = { tableArn: 'arn:aws:dynamodb:us-east-1:111122223333:table/log', hintAfter };
  expect(synthesisError((stack) => MessageLog.fromMessageLogAttributes(stack, 'Imported', attributes))).toContain(
    `[Test/Imported] ${error}`,
  );
});

test.each([600, 300_600])('a pause of %p ms before a hint is passed to publishers', (millis) => {
  const stack = testStack();
  const log = new MessageLog(stack, 'MessageLog', { hintAfter: Duration.millis(millis) });
  Template.fromStack(stack);
  expect(log.environment).toMatchObject({ HINT_AFTER_MILLISECONDS: `${millis}` });
});

test.each([
  'Hints',
  'arn:aws:dynamodb:us-east-1:111122223333:table/log',
  'arn:aws:sqs:us-east-1:111122223333:Hints.fifo',
])('an imported log rejects %p as the ARN of its hint queue', (hintQueueArn) => {
  const attributes = { tableArn: 'arn:aws:dynamodb:us-east-1:111122223333:table/log', hintQueueArn };
  expect(synthesisError((stack) => MessageLog.fromMessageLogAttributes(stack, 'Imported', attributes))).toContain(
    `[Test/Imported] hintQueueArn must be the ARN of a standard queue, got "${hintQueueArn}". Fix: use messageLog.hintQueue.queueArn of the stack with the log, or remove it`,
  );
});
