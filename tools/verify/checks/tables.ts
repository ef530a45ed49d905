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
    const { table, backups, timeToLive } = questions(name, deployment, aws);
    const protection = check(`${name} refuses deletion`, [table], ({ DeletionProtectionEnabled }) => ({
      kept: DeletionProtectionEnabled === true,
      found: DeletionProtectionEnabled ? 'protected' : 'not protected',
    }));
    // Deliveries are read from the message log's stream, logouts from the admission table's; the connection table needs none.
    const stream = check(`${name} streams its changes`, [table], ({ StreamSpecification }) => ({
      kept: StreamSpecification?.StreamEnabled === true,
      found: StreamSpecification?.StreamEnabled ? `streams ${StreamSpecification.StreamViewType}` : 'no stream',
    }));
    return [
      check(`${name} can be restored to any second`, [backups], ({ ContinuousBackupsDescription }) => {
        const status = ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
        return { kept: status === 'ENABLED', found: `point-in-time recovery ${status ?? 'DISABLED'}` };
      }),
      check(`${name} removes what has expired`, [timeToLive], ({ TimeToLiveDescription }) => {
        const { TimeToLiveStatus, AttributeName } = TimeToLiveDescription ?? {};
        return {
          kept: TimeToLiveStatus === 'ENABLED',
          found: `time to live ${TimeToLiveStatus ?? 'DISABLED'}${AttributeName ? ` on ${AttributeName}` : ''}`,
        };
      }),
      ...(name === connectionTable ? [] : [stream]),
      ...(deletionProtection ? [protection] : []),
    ];
  });
}

function questions(name: string, { partition, region, account }: Deployment, aws: Aws) {
  const resource = {
    arn: `arn:${partition}:dynamodb:${region}:${account}:table/${name}`,
    subject: `the table ${name}`,
  };
  const input = { TableName: name };
  return {
    table: {
      ...resource,
      action: 'dynamodb:DescribeTable',
      ask: async (): Promise<TableDescription | undefined> =>
        (await aws.dynamoDb.send(new DescribeTableCommand(input))).Table,
    },
    backups: {
      ...resource,
      action: 'dynamodb:DescribeContinuousBackups',
      ask: () => aws.dynamoDb.send(new DescribeContinuousBackupsCommand(input)),
    },
    timeToLive: {
      ...resource,
      action: 'dynamodb:DescribeTimeToLive',
      ask: () => aws.dynamoDb.send(new DescribeTimeToLiveCommand(input)),
    },
  };
}
