import { RemovalPolicy } from 'aws-cdk-lib';
import { StreamViewType } from 'aws-cdk-lib/aws-dynamodb';
import { DurableTable } from '../../../lib/storage/durable-table';
import { retentionOf } from '../../../lib/storage/retention';
import { templateOf } from '../synthesized';

describe('a durable table', () => {
  const template = templateOf((stack) => {
    new DurableTable(stack, 'Table', { retention: retentionOf({}) });
  });

  test('is on demand, encrypted and recoverable, and expires items by expiresAt', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });

  test('has the keys pk and sk', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    });
  });

  test('is kept when its stack is deleted, but not when the creation of its stack is rolled back', () => {
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: { DeletionProtectionEnabled: false },
    });
  });

  test('has no stream', () => {
    expect(JSON.stringify(template)).not.toContain('StreamSpecification');
  });

  test('is a Table, which compliance rules check, not a GlobalTable', () => {
    template.resourceCountIs('AWS::DynamoDB::GlobalTable', 0);
  });
});

test('a table with the removal policy DESTROY is deleted with its stack', () => {
  const template = templateOf((stack) => {
    new DurableTable(stack, 'Table', { retention: retentionOf({ removalPolicy: RemovalPolicy.DESTROY }) });
  });
  template.hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
  });
});

test('a table has the deletion protection of its props', () => {
  const template = templateOf((stack) => {
    new DurableTable(stack, 'Table', { retention: retentionOf({ deletionProtection: true }) });
  });
  template.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
});

test('a table has the stream of its props', () => {
  const template = templateOf((stack) => {
    new DurableTable(stack, 'Table', { retention: retentionOf({}), stream: StreamViewType.KEYS_ONLY });
  });
  template.hasResourceProperties('AWS::DynamoDB::Table', {
    StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
  });
});
