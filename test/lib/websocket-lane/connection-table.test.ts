import { type CfnElement, RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ConnectionTable } from '../../../lib/websocket-lane/connection-table';
import { statementsOf, templateOf, testStack } from '../synthesized';

describe('the connection table', () => {
  const stack = testStack();
  const connections = new ConnectionTable(stack, 'ConnectionTable');

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
    new ConnectionTable(stack, 'ConnectionTable', { removalPolicy: RemovalPolicy.DESTROY });
  }).hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Delete',
    Properties: { DeletionProtectionEnabled: false },
  });
});

describe('whom the connection table lets', () => {
  const stack = testStack();
  const connections = new ConnectionTable(stack, 'ConnectionTable');
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

  test.each([
    [
      'subscribe reads, puts, counts and deletes',
      subscriber,
      [
        'dynamodb:BatchGetItem',
        'dynamodb:DeleteItem',
        'dynamodb:GetItem',
        'dynamodb:PutItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
      ],
    ],
    [
      'disconnect finds and deletes',
      disconnector,
      ['dynamodb:BatchWriteItem', 'dynamodb:DeleteItem', 'dynamodb:Query'],
    ],
    ['find shards reads plans', shardFinder, 'dynamodb:BatchGetItem'],
    ['find subscribers queries', finder, 'dynamodb:Query'],
  ])('%s, and does no more', (_name, role, Action) => {
    expect(statementsOf(stack, role)).toEqual([{ Effect: 'Allow', Action, Resource }]);
  });

  test('connect puts, looks for a free slot of a subject, and does no more', () => {
    const Condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['SUBJECT#*'] } };
    expect(statementsOf(stack, connector)).toEqual([
      { Effect: 'Allow', Action: 'dynamodb:Query', Resource, Condition },
      { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource },
    ]);
  });
});
