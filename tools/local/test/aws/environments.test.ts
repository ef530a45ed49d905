import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient, ListStreamsCommand } from '@aws-sdk/client-dynamodb-streams';
import { GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { QueueBlueprint, TableBlueprint } from '../../blueprint';
import { Authorizer } from '../../identity/authorize';
import { credentialsOf } from '../../identity/credentials';
import { queue, type RunningAws, runAws, table } from './fixture';

const HOME = '000000000000';
const OTHER = '111122223333';

let aws: RunningAws;
const opened: { destroy(): void }[] = [];
const directory = mkdtempSync(join(tmpdir(), 'environments-'));

const running: RunningAws[] = [];

afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
  for (const client of opened.splice(0)) client.destroy();
});
afterAll(() => rmSync(directory, { recursive: true }));

async function run(options: Parameters<typeof runAws>[0]): Promise<RunningAws> {
  const started = await runAws(options);
  running.push(started);
  return started;
}

function tableAt(region: string, accountId = HOME): TableBlueprint {
  const arn = `arn:aws:dynamodb:${region}:${accountId}:table/Orders`;
  const streamArn = `${arn}/stream/2026-01-01T00:00:00.000`;
  return table('Orders', { region, accountId, arn, streamViewType: 'NEW_IMAGE', streamArn });
}

function queueAt(region: string, accountId = HOME): QueueBlueprint {
  return queue('work', { region, accountId, arn: `arn:aws:sqs:${region}:${accountId}:work` });
}

/** Clients of a Region, with the credentials of a role of the account. */
function clientsAt(region: string, accountId = HOME) {
  const credentials = credentialsOf(`arn:aws:iam::${accountId}:role/Worker`);
  const config = { endpoint: aws.endpoint, region, credentials, maxAttempts: 1 };
  const clients = {
    dynamo: new DynamoDBClient(config),
    streams: new DynamoDBStreamsClient(config),
    sqs: new SQSClient(config),
  };
  opened.push(...Object.values(clients));
  return clients;
}

const Key = { pk: { S: 'a' }, sk: { S: 'b' } };
const put = (place: string) => new PutItemCommand({ TableName: 'Orders', Item: { ...Key, place: { S: place } } });
const get = new GetItemCommand({ TableName: 'Orders', Key });

test('tables of one name in two Regions and two accounts are different tables', async () => {
  aws = await run({ tables: [tableAt('us-east-1'), tableAt('eu-west-1'), tableAt('eu-west-1', OTHER)] });
  const places = [
    ['us-east-1', HOME],
    ['eu-west-1', HOME],
    ['eu-west-1', OTHER],
  ] as const;
  for (const [region, accountId] of places) {
    await clientsAt(region, accountId).dynamo.send(put(`${accountId} ${region}`));
  }
  for (const [region, accountId] of places) {
    const { dynamo, streams } = clientsAt(region, accountId);
    expect((await dynamo.send(get)).Item).toMatchObject({ place: { S: `${accountId} ${region}` } });
    expect((await streams.send(new ListStreamsCommand({}))).Streams).toMatchObject([
      { StreamArn: tableAt(region, accountId).streamArn },
    ]);
  }
});

test('a Region without tables is empty', async () => {
  aws = await run({ tables: [tableAt('us-east-1')] });
  const { dynamo } = clientsAt('ap-southeast-2');
  expect((await dynamo.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  await expect(dynamo.send(get)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a person uses the account of the app in the Region of their client', async () => {
  aws = await run({ tables: [tableAt('us-east-1'), tableAt('us-east-1', OTHER)] });
  await clientsAt('us-east-1').dynamo.send(put('home'));
  expect((await aws.clients().dynamo.send(get)).Item).toMatchObject({ place: { S: 'home' } });
});

test('queues of one name in two Regions are different, and the URL of a queue names its account', async () => {
  aws = await run({ queues: [queueAt('us-east-1'), queueAt('eu-west-1'), queueAt('eu-west-1', OTHER)] });
  const home = clientsAt('eu-west-1').sqs;
  const QueueUrl = `${aws.endpoint}/${OTHER}/work`;
  expect(await home.send(new GetQueueUrlCommand({ QueueName: 'work' }))).toMatchObject({
    QueueUrl: `${aws.endpoint}/${HOME}/work`,
  });
  expect(await home.send(new GetQueueUrlCommand({ QueueName: 'work', QueueOwnerAWSAccountId: OTHER }))).toMatchObject({
    QueueUrl,
  });
  await home.send(new SendMessageCommand({ QueueUrl, MessageBody: 'to another account' }));
  const received = async (region: string, accountId: string) => {
    const url = `${aws.endpoint}/${accountId}/work`;
    const { Messages = [] } = await clientsAt(region).sqs.send(new ReceiveMessageCommand({ QueueUrl: url }));
    return Messages.map(({ Body }) => Body);
  };
  expect(await received('us-east-1', HOME)).toEqual([]);
  expect(await received('eu-west-1', HOME)).toEqual([]);
  expect(await received('eu-west-1', OTHER)).toEqual(['to another account']);
});

test('a role of one Region is denied the table of the same name in another one', async () => {
  const Statement = [
    { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: tableAt('us-east-1').arn },
    {
      Effect: 'Allow',
      Action: 'dynamodb:ListTables',
      Resource: '*',
      Condition: { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } },
    },
  ];
  const arn = `arn:aws:iam::${HOME}:role/Worker`;
  const policies = [{ name: 'policy', document: { Version: '2012-10-17', Statement } }];
  const authorizer = new Authorizer(
    [{ logicalId: 'Worker', name: 'Worker', arn, policies, managedPolicyArns: [] }],
    'on',
  );
  aws = await run({ tables: [tableAt('us-east-1'), tableAt('eu-west-1')], authorizer });
  const [near, far] = [clientsAt('us-east-1').dynamo, clientsAt('eu-west-1').dynamo];
  await near.send(get);
  await near.send(new ListTablesCommand({}));
  await expect(far.send(get)).rejects.toThrow(`dynamodb:GetItem on resource: ${tableAt('eu-west-1').arn}`);
  await expect(far.send(new ListTablesCommand({}))).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('a data folder keeps the tables of each Region apart', async () => {
  const options = { tables: [tableAt('us-east-1'), tableAt('eu-west-1')], data: directory };
  aws = await run(options);
  await clientsAt('us-east-1').dynamo.send(put('us-east-1'));
  await running.pop()?.close();
  aws = await run(options);
  expect((await clientsAt('us-east-1').dynamo.send(get)).Item).toMatchObject({ place: { S: 'us-east-1' } });
  expect((await clientsAt('eu-west-1').dynamo.send(get)).Item).toBeUndefined();
});

test('the data of an earlier version, which knew only one Region, is an error', async () => {
  const old = mkdtempSync(join(directory, 'old-'));
  writeFileSync(join(old, 'CURRENT'), '');
  await expect(runAws({ tables: [tableAt('us-east-1')], data: old })).rejects.toThrow(
    `The data in ${old} is of an earlier version. Fix: use another folder, or delete this one.`,
  );
});

test('a signature without a Region is rejected', async () => {
  aws = await run({ tables: [tableAt('us-east-1')] });
  const response = await fetch(aws.endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': 'DynamoDB_20120810.ListTables', authorization: 'AWS4-HMAC-SHA256 Credential=AKIAOWN/x' },
    body: '{}',
  });
  expect(await response.json()).toMatchObject({ __type: 'com.amazon.coral.service#InvalidSignatureException' });
});
