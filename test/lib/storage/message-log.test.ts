import { type CfnElement, Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
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
  const Resource = stack.resolve(log.table.tableArn);
  const grantee = (id: string) => new Role(stack, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const publisher = grantee('Publisher');
  const historian = grantee('Historian');
  const locator = grantee('Locator');
  log.grantAppend(publisher);
  log.grantReadHistory(historian);
  log.grantReadPositions(locator);

  test.each([
    ['to publish allows reading the head and putting items', publisher, ['dynamodb:GetItem', 'dynamodb:PutItem']],
    ['to read history allows reading the head and queries', historian, ['dynamodb:GetItem', 'dynamodb:Query']],
    ['to read positions allows reading heads', locator, 'dynamodb:BatchGetItem'],
  ])('%s, and nothing else', (_name, role, Action) => {
    expect(statementsOf(stack, role)).toEqual([{ Effect: 'Allow', Action, Resource }]);
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
