import { type CfnElement, RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { retentionOf } from '../../../lib/storage/retention';
import { Authorizer } from '../../../tools/local';
import { ConnectionTable } from '../../../lib/websocket-lane/connection-table';
import { statementsOf, templateOf, testStack } from '../synthesized';

describe('the connection table', () => {
  const stack = testStack();
  const connections = new ConnectionTable(stack, 'ConnectionTable', { retention: retentionOf({}) });

  test('is a durable table', () => {
    Template.fromStack(stack).hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  test('keeps its logical id, because a new id would create an empty table', () => {
    expect(stack.getLogicalId(connections.table.node.defaultChild as CfnElement)).toBe('ConnectionTableA1008D27');
  });
});

test('the connection table with the removal policy DESTROY is deleted with its stack', () => {
  templateOf((stack) => {
    new ConnectionTable(stack, 'ConnectionTable', { retention: retentionOf({ removalPolicy: RemovalPolicy.DESTROY }) });
  }).hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Delete',
  });
});

describe('a grant of the connection table', () => {
  const stack = testStack();
  const connections = new ConnectionTable(stack, 'ConnectionTable', { retention: retentionOf({}) });
  const Resource = stack.resolve(connections.table.tableArn);
  const grantee = (id: string) => new Role(stack, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const [connector, subscriber, disconnector, shardFinder, finder, server, poster] = [
    ...['C', 'S', 'D', 'P', 'F', 'T', 'O'],
  ].map(grantee) as [Role, Role, Role, Role, Role, Role, Role];
  connections.grantConnect(connector);
  connections.grantSubscribe(subscriber);
  connections.grantDisconnect(disconnector);
  connections.grantFindShards(shardFinder);
  connections.grantFindSubscribers(finder);
  connections.grantServe(server);
  connections.grantFindServers(poster);

  const on = (keys: string[], Action: string | string[]) => ({
    Effect: 'Allow',
    Action,
    Resource,
    Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } },
  });

  test.each<[string, Role, object[]]>([
    [
      'to connect allows putting a connection into a slot, finding a slot, and ending the session that had it',
      connector,
      [
        on(['CONNECTION#*', 'SUBJECT#*'], 'dynamodb:PutItem'),
        on(['SUBJECT#*'], 'dynamodb:Query'),
        on(['CONNECTION#*'], ['dynamodb:BatchGetItem', 'dynamodb:DeleteItem']),
      ],
    ],
    [
      'to subscribe allows reading, putting, counting and deleting subscriptions',
      subscriber,
      [
        on(
          ['CONNECTION#*', 'TOPIC#*'],
          [
            'dynamodb:BatchGetItem',
            'dynamodb:DeleteItem',
            'dynamodb:GetItem',
            'dynamodb:PutItem',
            'dynamodb:Query',
            'dynamodb:UpdateItem',
          ],
        ),
      ],
    ],
    [
      'to disconnect allows finding and deleting the records of a connection',
      disconnector,
      [
        on(['CONNECTION#*'], ['dynamodb:GetItem', 'dynamodb:Query']),
        on(['CONNECTION#*', 'SUBJECT#*', 'TOPIC#*'], 'dynamodb:DeleteItem'),
      ],
    ],
    ['to find shards allows reading plans', shardFinder, [on(['TOPIC#*'], 'dynamodb:BatchGetItem')]],
    ['to find subscribers allows querying topics', finder, [on(['TOPIC#*'], 'dynamodb:Query')]],
    [
      'to serve allows changing leases and subscriptions, and taking and releasing slots',
      server,
      [
        on(['CONNECTION#*'], ['dynamodb:BatchGetItem', 'dynamodb:DeleteItem', 'dynamodb:PutItem']),
        on(['TOPIC#*'], ['dynamodb:BatchGetItem', 'dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Query']),
        on(['SUBJECT#*'], ['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Query']),
      ],
    ],
    ['to find servers allows reading a lease', poster, [on(['CONNECTION#*'], 'dynamodb:GetItem')]],
  ])('%s, and nothing else', (_name, role, statements) => {
    expect(statementsOf(stack, role)).toEqual(statements);
  });

  const table = 'arn:aws:dynamodb:us-east-1:111122223333:table/Connections';

  test.each<[string, Role, string, string, boolean]>([
    ['to connect allows putting a connection', connector, 'PutItem', 'CONNECTION#a', true],
    ['to connect does not allow subscribing a connection', connector, 'PutItem', 'TOPIC#room:1', false],
    ['to disconnect allows listing the topics of a connection', disconnector, 'Query', 'CONNECTION#a', true],
    ['to disconnect does not allow listing the subscribers of a topic', disconnector, 'Query', 'TOPIC#room:1', false],
    ['to find subscribers allows listing the subscribers of a topic', finder, 'Query', 'TOPIC#room:1', true],
    ['to find subscribers does not allow listing the topics of a connection', finder, 'Query', 'CONNECTION#a', false],
  ])('%s, as IAM evaluates it', async (_name, role, operation, key, allowed) => {
    const Statement = statementsOf(stack, role).map((statement) => ({ ...(statement as object), Resource: table }));
    const arn = 'arn:aws:iam::111122223333:role/Function';
    const policies = [{ name: 'Policy', document: { Version: '2012-10-17', Statement } }];
    const blueprint = { logicalId: 'Role', name: 'Function', arn, policies, managedPolicyArns: [] };
    const authorizer = new Authorizer([blueprint], 'on');
    const decision = await authorizer.authorize(arn, `dynamodb:${operation}`, table, { 'dynamodb:LeadingKeys': [key] });
    expect(decision.allowed).toBe(allowed);
  });
});
