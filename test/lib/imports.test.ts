import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { Admission, type AdmissionAttributes } from '../../lib/authentication/admission';
import { Authentication } from '../../lib/authentication/authentication';
import { MessageLog, type MessageLogAttributes } from '../../lib/storage/message-log';
import { Delivery } from '../../lib/websocket-lane/delivery';
import { Revocation } from '../../lib/websocket-lane/revocation';
import { apiGatewayOf, httpLane, webSocketLane } from './lanes';
import { containerOf, statementsOf, synthesisError, testStack } from './synthesized';

const LOG_ARN = 'arn:aws:dynamodb:us-east-1:111122223333:table/Log';
const ADMISSION_ARN = 'arn:aws:dynamodb:us-east-1:111122223333:table/Admission';
const HINTS_ARN = 'arn:aws:sqs:us-east-1:111122223333:Hints';
const STREAM = '/stream/2026-11-01T00:00:00.000';

function importedLog(stack: Stack, attributes: Partial<MessageLogAttributes> = {}) {
  return MessageLog.fromMessageLogAttributes(stack, 'Log', {
    tableArn: LOG_ARN,
    tableStreamArn: `${LOG_ARN}${STREAM}`,
    ...attributes,
  });
}

function importedAdmission(stack: Stack, attributes: Partial<AdmissionAttributes> = {}) {
  return Admission.fromAdmissionAttributes(stack, 'Admission', {
    tableArn: ADMISSION_ARN,
    tableStreamArn: `${ADMISSION_ARN}${STREAM}`,
    authentication: Authentication.oidc({ issuer: 'https://login.example.com/', audience: 'https://api.example.com' }),
    ...attributes,
  });
}

describe('a WebSocket lane with an imported message log and an imported admission table', () => {
  const stack = testStack();
  const messageLog = importedLog(stack, { messageRetention: Duration.hours(2) });
  const admission = importedAdmission(stack);
  const lane = webSocketLane(stack, { messageLog, admission });
  const delivery = new Delivery(stack, 'Delivery', { messageLog, webSocketLane: lane });
  const { revoke } = new Revocation(stack, 'Revocation', { table: admission.table ?? fail(), webSocketLane: lane });
  const template = Template.fromStack(stack);

  test('creates only the connection table', () => {
    template.resourceCountIs('AWS::DynamoDB::Table', 1);
  });

  test('publishes to the imported message log with its retention', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'WebSocket lane: answers frames',
      Environment: { Variables: Match.objectLike({ MESSAGE_LOG_TABLE: 'Log', MESSAGE_RETENTION_SECONDS: '7200' }) },
    });
    const inLog = { Effect: 'Allow', Resource: LOG_ARN };
    expect(statementsOf(stack, apiGatewayOf(lane).message)).toEqual(
      expect.arrayContaining([
        { ...inLog, ...onKeys('TOPIC#*'), Action: ['dynamodb:BatchGetItem', 'dynamodb:GetItem'] },
        { ...inLog, ...onKeys('TOPIC#*', 'ID#*'), Action: 'dynamodb:PutItem' },
      ]),
    );
  });

  test('consumes tickets of the imported admission table with permission for their keys only', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'WebSocket lane: opens a connection',
      Environment: { Variables: Match.objectLike({ ADMISSION_TABLE: 'Admission' }) },
    });
    expect(statementsOf(stack, apiGatewayOf(lane).connect)).toContainEqual({
      Effect: 'Allow',
      Action: ['dynamodb:DeleteItem', 'dynamodb:GetItem'],
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['TICKET#*'] } },
      Resource: ADMISSION_ARN,
    });
  });

  test('delivers from the imported stream of the message log and revokes from that of the admission table', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: `${LOG_ARN}${STREAM}`,
      FunctionName: stack.resolve(delivery.dispatch.function.functionName),
    });
    expect(statementsOf(stack, delivery.dispatch)).toContainEqual({
      Effect: 'Allow',
      Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      Resource: `${LOG_ARN}${STREAM}`,
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: `${ADMISSION_ARN}${STREAM}`,
      FunctionName: stack.resolve(revoke.function.functionName),
    });
  });
});

describe('a message log that is imported without its hint queue', () => {
  const stack = testStack();
  // A batching window needs a longer pause before a hint, but there are no hints.
  const messageLog = importedLog(stack);
  const admission = importedAdmission(stack);
  const lane = webSocketLane(stack, { messageLog, admission });
  const maxBatchingWindow = Duration.seconds(2);
  const { push, dispatch } = new Delivery(stack, 'Delivery', { messageLog, webSocketLane: lane, maxBatchingWindow });
  const template = Template.fromStack(stack);

  test('has no push function', () => {
    expect(push).toBeUndefined();
    template.resourcePropertiesCountIs('AWS::Lambda::Function', { Description: Match.stringLikeRegexp('hint') }, 0);
    template.resourceCountIs('AWS::Lambda::EventSourceMapping', 2);
  });

  test('gives publishers no hint queue, and no permission to send', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'WebSocket lane: answers frames',
      Environment: { Variables: Match.objectLike({ HINT_QUEUE_URL: 'none', HINT_AFTER_MILLISECONDS: '600' }) },
    });
    expect(JSON.stringify(statementsOf(stack, apiGatewayOf(lane).message))).not.toContain('sqs:');
    const apart = testStack();
    const http = httpLane(apart, { messageLog: importedLog(apart), admission: importedAdmission(apart) });
    expect(containerOf(Template.fromStack(apart)).Environment).toContainEqual({
      Name: 'HINT_QUEUE_URL',
      Value: 'none',
    });
    expect(JSON.stringify(statementsOf(apart, http))).not.toContain('sqs:');
  });

  test('is still delivered from its stream', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: `${LOG_ARN}${STREAM}`,
      FunctionName: stack.resolve(dispatch.function.functionName),
      MaximumBatchingWindowInSeconds: 2,
    });
  });
});

describe('a message log that is imported with its hint queue', () => {
  const stack = testStack();
  const messageLog = importedLog(stack, { hintQueueArn: HINTS_ARN, hintAfter: Duration.millis(1600) });
  const admission = importedAdmission(stack);
  const lane = webSocketLane(stack, { messageLog, admission });
  const { push } = new Delivery(stack, 'Delivery', {
    messageLog,
    webSocketLane: lane,
    maxBatchingWindow: Duration.seconds(1),
  });
  const template = Template.fromStack(stack);

  test('is pushed from its hint queue', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: HINTS_ARN,
      FunctionName: stack.resolve(push?.function.functionName),
    });
    expect(push && statementsOf(stack, push)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ Action: expect.arrayContaining(['sqs:ReceiveMessage']), Resource: HINTS_ARN }),
        { Effect: 'Allow', Resource: LOG_ARN, ...onKeys('PUSHED#*'), Action: 'dynamodb:PutItem' },
      ]),
    );
  });

  test('lets publishers send hints to its queue after its pause', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'WebSocket lane: answers frames',
      Environment: {
        Variables: Match.objectLike({
          HINT_QUEUE_URL: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('/111122223333/Hints$')])] },
          HINT_AFTER_MILLISECONDS: '1600',
        }),
      },
    });
    expect(statementsOf(stack, apiGatewayOf(lane).message)).toContainEqual({
      Effect: 'Allow',
      Action: 'sqs:SendMessage',
      Resource: HINTS_ARN,
    });
  });
});

test('an HTTP lane with imported tables verifies the same tokens and issues tickets in the same table', () => {
  const stack = testStack();
  const lane = httpLane(stack, { messageLog: importedLog(stack), admission: importedAdmission(stack) });
  Template.fromStack(stack).resourceCountIs('AWS::DynamoDB::Table', 0);
  expect(statementsOf(stack, lane)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ Resource: LOG_ARN }),
      expect.objectContaining({
        Action: 'dynamodb:PutItem',
        Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['TICKET#*', 'REVOCATION#*'] } },
        Resource: ADMISSION_ARN,
      }),
    ]),
  );
});

test('functions that read a stream reject tables that are imported without one', () => {
  const message = synthesisError((stack) => {
    const messageLog = importedLog(stack, { tableStreamArn: undefined });
    const admission = importedAdmission(stack, { tableStreamArn: undefined });
    const lane = webSocketLane(stack, { messageLog, admission });
    new Delivery(stack, 'Delivery', { messageLog, webSocketLane: lane });
    new Revocation(stack, 'Revocation', { table: admission.table ?? fail(), webSocketLane: lane });
  });
  expect(message.split('\n').slice(1)).toEqual([
    '  [Test/Delivery] messageLog must have a stream, got Test/Log without one. Fix: give its tableStreamArn to MessageLog.fromMessageLogAttributes',
    '  [Test/Revocation] table must have a stream, got Test/Admission/Table without one. Fix: give its tableStreamArn to Admission.fromAdmissionAttributes',
  ]);
});

test('an imported admission rejects an authentication that would create a second user pool', () => {
  const message = synthesisError((stack) => {
    importedAdmission(stack, { authentication: Authentication.cognito() });
    expect(stack.node.findAll().filter((child) => child instanceof UserPool)).toEqual([]);
  });
  expect(message).toContain(
    '[Test/Admission] authentication of an imported admission must name an issuer that exists, got Authentication.cognito()',
  );
});

function onKeys(...keys: string[]) {
  return { Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } } };
}

function fail(): never {
  throw new Error('expected an admission table');
}
