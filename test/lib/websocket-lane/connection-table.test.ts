import { type CfnElement, RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { retentionOf } from '../../../lib/storage/retention';
import { Authorizer } from '@twinlane/local';
import { ConnectionTable } from '../../../lib/websocket-lane/connection-table';
import { statementsOf, templateOf, testStack } from '../synthesized';

describe('the connection table', () => {
  const stack = testStack();
  const connections = new ConnectionTable(stack, 'ConnectionTable', { retention: retentionOf({}) });

  test('outlives its stack, and refuses to be deleted', () => {
    Template.fromStack(stack).hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { DeletionProtectionEnabled: true },
    });
  });

  test('keeps its logical id: another one would be another, empty table', () => {
    expect(stack.getLogicalId(connections.table.node.defaultChild as CfnElement)).toBe('ConnectionTableA1008D27');
  });
});

test('the connection table goes with its stack if it is to be destroyed', () => {
  templateOf((stack) => {
    new ConnectionTable(stack, 'ConnectionTable', { retention: retentionOf({ removalPolicy: RemovalPolicy.DESTROY }) });
  }).hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Delete',
    Properties: { DeletionProtectionEnabled: false },
  });
});

describe('whom the connection table lets', () => {
  const stack = testStack();
  const connections = new ConnectionTable(stack, 'ConnectionTable', { retention: retentionOf({}) });
  const Resource = stack.resolve(connections.table.tableArn);
  const grantee = (id: string) => new Role(stack, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const [connector, subscriber, disconnector, shardFinder, finder] = ['C', 'S', 'D', 'P', 'F'].map(grantee) as [
    Role,
    Role,
    Role,
    Role,
    Role,
  ];
  connections.grantConnect(connector);
  connections.grantSubscribe(subscriber);
  connections.grantDisconnect(disconnector);
  connections.grantFindShards(shardFinder);
  connections.grantFindSubscribers(finder);

  const on = (keys: string[], Action: string | string[]) => ({
    Effect: 'Allow',
    Action,
    Resource,
    Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } },
  });

  test.each<[string, Role, object[]]>([
    [
      'connect puts connections in slots, and looks for a free one',
      connector,
      [on(['CONNECTION#*', 'SUBJECT#*'], 'dynamodb:PutItem'), on(['SUBJECT#*'], 'dynamodb:Query')],
    ],
    [
      'subscribe reads, puts, counts and deletes',
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
      'disconnect finds by connection, and deletes',
      disconnector,
      [
        on(['CONNECTION#*'], 'dynamodb:Query'),
        on(['CONNECTION#*', 'SUBJECT#*'], 'dynamodb:DeleteItem'),
        on(['CONNECTION#*', 'TOPIC#*'], 'dynamodb:BatchWriteItem'),
      ],
    ],
    ['find shards reads plans', shardFinder, [on(['TOPIC#*'], 'dynamodb:BatchGetItem')]],
    ['find subscribers queries topics', finder, [on(['TOPIC#*'], 'dynamodb:Query')]],
  ])('%s, and does no more', (_name, role, statements) => {
    expect(statementsOf(stack, role)).toEqual(statements);
  });

  const table = 'arn:aws:dynamodb:us-east-1:111122223333:table/Connections';

  test.each<[string, Role, string, string, boolean]>([
    ['lets connect put a connection', connector, 'PutItem', 'CONNECTION#a', true],
    ['keeps connect from subscribing anyone', connector, 'PutItem', 'TOPIC#room:1', false],
    ['lets disconnect list the topics of a connection', disconnector, 'Query', 'CONNECTION#a', true],
    ['keeps disconnect from listing the subscribers of a topic', disconnector, 'Query', 'TOPIC#room:1', false],
    ['lets find subscribers list those of a topic', finder, 'Query', 'TOPIC#room:1', true],
    ['keeps find subscribers from listing the topics of a connection', finder, 'Query', 'CONNECTION#a', false],
  ])('IAM %s', async (_name, role, operation, key, allowed) => {
    const Statement = statementsOf(stack, role).map((statement) => ({ ...(statement as object), Resource: table }));
    const arn = 'arn:aws:iam::111122223333:role/Function';
    const policies = [{ name: 'Policy', document: { Version: '2012-10-17', Statement } }];
    const blueprint = { logicalId: 'Role', name: 'Function', arn, policies, managedPolicyArns: [] };
    const authorizer = new Authorizer([blueprint], 'on', 'us-east-1', '111122223333');
    const decision = await authorizer.authorize(arn, `dynamodb:${operation}`, table, { 'dynamodb:LeadingKeys': [key] });
    expect(decision.allowed).toBe(allowed);
  });
});
