import {
  BatchWriteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { DescribeStreamCommand } from '@aws-sdk/client-dynamodb-streams';
import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { Authorizer } from '../../identity/authorize';
import { queue, type RunningAws, runAws, table } from './fixture';

const LOG = table('log', { streamViewType: 'NEW_IMAGE' });
const WORK = queue('work');
const key = { pk: { S: 'a' }, sk: { S: 'b' } };
const url = 'http://127.0.0.1/000000000000/work';

let aws: RunningAws;
afterEach(() => aws.close());

/** Clients of a role whose policy has only these statements. */
async function clientsOf(...Statement: object[]) {
  const arn = 'arn:aws:iam::000000000000:role/path/Worker';
  const policies = [{ name: 'policy', document: { Version: '2012-10-17', Statement } }];
  const roles = [{ logicalId: 'Worker', name: 'Worker', arn, policies, managedPolicyArns: [] }];
  const authorizer = new Authorizer(roles, 'on');
  aws = await runAws({ tables: [LOG, table('other')], queues: [WORK], authorizer });
  return aws.clients(arn);
}
const allow = (Action: string | string[], Resource: string, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
const put = (TableName = 'log') => ({ TableName, Item: key });

test('a role can do what its policy allows, and nothing on another table', async () => {
  const { dynamo } = await clientsOf(allow('dynamodb:PutItem', LOG.arn));
  await dynamo.send(new PutItemCommand(put()));
  await expect(dynamo.send(new PutItemCommand(put('other')))).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('a denial has the message of AWS, and the log has the role, the action, the resource and the statement to add', async () => {
  const { dynamo } = await clientsOf(allow('dynamodb:PutItem', LOG.arn));
  await expect(dynamo.send(new GetItemCommand({ TableName: 'log', Key: key }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message:
      'User: arn:aws:sts::000000000000:assumed-role/Worker/local is not authorized to perform: dynamodb:GetItem on resource: ' +
      `${LOG.arn} because no identity-based policy allows the dynamodb:GetItem action`,
    $metadata: { httpStatusCode: 400 },
  });
  const statement = `{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"${LOG.arn}"}`;
  expect(aws.logged).toEqual([
    {
      process: 'aws',
      level: 'warn',
      text: `Access denied: Worker is not allowed to call dynamodb:GetItem on ${LOG.arn}. Fix: add to its policy ${statement}`,
      denied: {
        role: expect.stringMatching(/:role\/path\/Worker$/),
        action: 'dynamodb:GetItem',
        resource: LOG.arn,
        statementToAdd: JSON.parse(statement),
      },
    },
  ]);
});

test('a transaction requires the permissions of all its actions, and performs none if one is denied', async () => {
  const { dynamo } = await clientsOf(allow(['dynamodb:PutItem', 'dynamodb:GetItem'], LOG.arn));
  const Put = { ...put(), Item: { ...key, sk: { S: 'new' } } };
  const ConditionCheck = { TableName: 'log', Key: key, ConditionExpression: 'attribute_not_exists(pk)' };
  const transaction = new TransactWriteItemsCommand({ TransactItems: [{ Put }, { ConditionCheck }] });
  await expect(dynamo.send(transaction)).rejects.toThrow(/not authorized to perform: dynamodb:ConditionCheckItem/);
  const { Item } = await dynamo.send(new GetItemCommand({ TableName: 'log', Key: Put.Item }));
  expect(Item).toBeUndefined();
  await dynamo.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }] }));
});

test('a batch requires permission on every table', async () => {
  const { dynamo } = await clientsOf(allow('dynamodb:BatchWriteItem', LOG.arn));
  const requests = [{ PutRequest: { Item: key } }];
  await dynamo.send(new BatchWriteItemCommand({ RequestItems: { log: requests } }));
  await expect(
    dynamo.send(new BatchWriteItemCommand({ RequestItems: { log: requests, other: requests } })),
  ).rejects.toThrow(/dynamodb:BatchWriteItem on resource: .*table\/other/);
});

test('conditions on leading keys are evaluated with the keys of the request', async () => {
  const mine = { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['a'] } };
  const { dynamo } = await clientsOf(allow('dynamodb:*', LOG.arn, { Condition: mine }));
  const query = (pk: string) =>
    dynamo.send(
      new QueryCommand({
        TableName: 'log',
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
      }),
    );
  const batch = (...pks: string[]) => {
    const log = pks.map((pk) => ({ PutRequest: { Item: { ...key, pk: { S: pk } } } }));
    return dynamo.send(new BatchWriteItemCommand({ RequestItems: { log } }));
  };
  await query('a');
  await batch('a');
  await dynamo.send(new PutItemCommand(put()));
  await expect(query('b')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await expect(batch('a', 'b')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  const Put = { ...put(), Item: { ...key, pk: { S: 'b' } } };
  await expect(dynamo.send(new PutItemCommand(Put))).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('reading a stream requires permission on the ARN of the stream', async () => {
  const { streams } = await clientsOf(allow('dynamodb:*', LOG.arn));
  await expect(streams.send(new DescribeStreamCommand({ StreamArn: LOG.streamArn }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});

test('calls to a queue require permission, and a batch requires the same as a single message', async () => {
  const { sqs } = await clientsOf(allow('sqs:SendMessage', WORK.arn));
  const Entries = [{ Id: '1', MessageBody: 'x' }];
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'x' }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
  await expect(sqs.send(new ReceiveMessageCommand({ QueueUrl: url }))).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining(`is not authorized to perform: sqs:ReceiveMessage on resource: ${WORK.arn}`),
    $metadata: { httpStatusCode: 403 },
  });
});

test('a caller without a role is allowed every action', async () => {
  await clientsOf();
  const { dynamo, sqs } = aws.clients();
  await dynamo.send(new PutItemCommand(put()));
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'x' }));
  expect(aws.logged).toEqual([]);
});

test('a request without a signature is rejected', async () => {
  await clientsOf();
  const response = await fetch(aws.endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables', 'content-type': 'application/x-amz-json-1.0' },
    body: '{}',
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    __type: 'com.amazon.coral.service#MissingAuthenticationTokenException',
  });
});
