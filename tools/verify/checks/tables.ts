import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { Aws } from '../aws';
import { type Check, check } from '../check';
import type { Deployment } from '../deployment';

export function tableChecks(deployment: Deployment, aws: Aws): Check[] {
  const { messageLogTable, connectionTable, admissionTable, deletionProtection } = deployment;
  const tables = [messageLogTable, connectionTable, ...(admissionTable === undefined ? [] : [admissionTable])];
  return tables.flatMap((name) => {
    const { table, backups, timeToLive } = queries(name, deployment, aws);
    const protection = check(`${name} has deletion protection`, [table], ({ DeletionProtectionEnabled }) => ({
      passed: DeletionProtectionEnabled === true,
      found: DeletionProtectionEnabled ? 'protected' : 'not protected',
    }));
    // The message log's stream triggers deliveries, and the admission table's triggers logouts. The connection table needs none.
    const stream = check(`${name} has a stream`, [table], ({ StreamSpecification }) => ({
      passed: StreamSpecification?.StreamEnabled === true,
      found: StreamSpecification?.StreamEnabled ? `a stream of ${StreamSpecification.StreamViewType}` : 'no stream',
    }));
    return [
      check(`${name} has point-in-time recovery`, [backups], ({ ContinuousBackupsDescription }) => {
        const status = ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
        return { passed: status === 'ENABLED', found: `point-in-time recovery ${status ?? 'DISABLED'}` };
      }),
      check(`${name} has time to live`, [timeToLive], ({ TimeToLiveDescription }) => {
        const { TimeToLiveStatus, AttributeName } = TimeToLiveDescription ?? {};
        return {
          passed: TimeToLiveStatus === 'ENABLED',
          found: `time to live ${TimeToLiveStatus ?? 'DISABLED'}${AttributeName ? ` on ${AttributeName}` : ''}`,
        };
      }),
      ...(name === connectionTable ? [] : [stream]),
      ...(deletionProtection ? [protection] : []),
    ];
  });
}

function queries(name: string, { partition, region, account }: Deployment, aws: Aws) {
  const resource = {
    arn: `arn:${partition}:dynamodb:${region}:${account}:table/${name}`,
    subject: `the table ${name}`,
  };
  const input = { TableName: name };
  return {
    table: {
      ...resource,
      action: 'dynamodb:DescribeTable',
      run: async (): Promise<TableDescription | undefined> =>
        (await aws.dynamoDb.send(new DescribeTableCommand(input))).Table,
    },
    backups: {
      ...resource,
      action: 'dynamodb:DescribeContinuousBackups',
      run: () => aws.dynamoDb.send(new DescribeContinuousBackupsCommand(input)),
    },
    timeToLive: {
      ...resource,
      action: 'dynamodb:DescribeTimeToLive',
      run: () => aws.dynamoDb.send(new DescribeTimeToLiveCommand(input)),
    },
  };
}
