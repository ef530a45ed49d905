import { Duration, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { Admission, type AdmissionAttributes } from '../../lib/authentication/admission';
import { Authentication } from '../../lib/authentication/authentication';
import { MessageLog, type MessageLogAttributes } from '../../lib/storage/message-log';
import { Delivery } from '../../lib/websocket-lane/delivery';
import { Revocation } from '../../lib/websocket-lane/revocation';
import { httpLane, webSocketLane } from './lanes';
import { statementsOf, synthesisError, testStack } from './synthesized';

const LOG_ARN = 'arn:aws:dynamodb:us-east-1:111122223333:table/Log';
const ADMISSION_ARN = 'arn:aws:dynamodb:us-east-1:111122223333:table/Admission';
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
    const grants = [['dynamodb:GetItem', 'dynamodb:PutItem'], 'dynamodb:BatchGetItem'];
    expect(statementsOf(stack, lane.message)).toEqual(
      expect.arrayContaining(grants.map((Action) => ({ Effect: 'Allow', Action, Resource: LOG_ARN }))),
    );
  });

  test('consumes tickets of the imported admission table with permission for their keys only', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'WebSocket lane: opens a connection',
      Environment: { Variables: Match.objectLike({ ADMISSION_TABLE: 'Admission' }) },
    });
    expect(statementsOf(stack, lane.connect)).toContainEqual({
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

function fail(): never {
  throw new Error('expected an admission table');
}
