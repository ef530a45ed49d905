import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { Aws } from '../aws';
import { type Check, check, facts } from '../../aws-checks/check';
import type { Deployment } from '../deployment';
import type { Query } from '../../aws-checks/query';

/** Queries for each table, by its name. The checks of the event sources use them, too: they compare with the table's stream. */
export function tablesOf(deployment: Deployment, aws: Aws): ReadonlyMap<string, Query<TableDescription>> {
  const { messageLogTable, connectionTable, admissionTable } = deployment;
  const names = [messageLogTable, connectionTable, ...(admissionTable === undefined ? [] : [admissionTable])];
  return new Map(
    names.map((name) => [
      name,
      {
        ...resource(name, deployment),
        action: 'dynamodb:DescribeTable',
        run: async () => (await aws.dynamoDb.send(new DescribeTableCommand({ TableName: name }))).Table,
      },
    ]),
  );
}

export function tableChecks(
  deployment: Deployment,
  aws: Aws,
  tables: ReadonlyMap<string, Query<TableDescription>>,
): Check[] {
  return [...tables].flatMap(([name, table]) => {
    const { backups, timeToLive } = queries(name, deployment, aws);
    const protection = check(`${name} has deletion protection`, [table], ({ DeletionProtectionEnabled, ...found }) => ({
      passed: DeletionProtectionEnabled === true,
      pending: isChanging(found),
      found: DeletionProtectionEnabled ? 'protected' : 'not protected',
    }));
    // The message log's stream triggers deliveries, and the admission table's triggers logouts. The connection table needs none.
    const stream = check(`${name} has a stream`, [table], ({ StreamSpecification, ...found }) => ({
      passed: StreamSpecification?.StreamEnabled === true,
      pending: isChanging(found),
      found: StreamSpecification?.StreamEnabled ? `a stream of ${StreamSpecification.StreamViewType}` : 'no stream',
    }));
    return [
      check(`${name} is active`, [table], (found) => ({
        passed: found.TableStatus === 'ACTIVE',
        pending: isChanging(found),
        found: facts(found.TableStatus),
      })),
      check(`${name} has point-in-time recovery`, [backups], ({ ContinuousBackupsDescription }) => {
        const status = ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus;
        return { passed: status === 'ENABLED', found: `point-in-time recovery ${status ?? 'DISABLED'}` };
      }),
      check(`${name} has time to live`, [timeToLive], ({ TimeToLiveDescription }) => {
        const { TimeToLiveStatus, AttributeName } = TimeToLiveDescription ?? {};
        return {
          passed: TimeToLiveStatus === 'ENABLED',
          // For up to an hour after a deployment.
          pending: TimeToLiveStatus === 'ENABLING',
          found: `time to live ${TimeToLiveStatus ?? 'DISABLED'}${AttributeName ? ` on ${AttributeName}` : ''}`,
        };
      }),
      ...(name === deployment.connectionTable ? [] : [stream]),
      ...(deployment.deletionProtection ? [protection] : []),
    ];
  });
}

function isChanging({ TableStatus }: TableDescription): boolean {
  return TableStatus === 'CREATING' || TableStatus === 'UPDATING';
}

function queries(name: string, deployment: Deployment, aws: Aws) {
  const input = { TableName: name };
  return {
    backups: {
      ...resource(name, deployment),
      action: 'dynamodb:DescribeContinuousBackups',
      run: () => aws.dynamoDb.send(new DescribeContinuousBackupsCommand(input)),
    },
    timeToLive: {
      ...resource(name, deployment),
      action: 'dynamodb:DescribeTimeToLive',
      run: () => aws.dynamoDb.send(new DescribeTimeToLiveCommand(input)),
    },
  };
}

function resource(name: string, { partition, region, account }: Deployment) {
  return { arn: `arn:${partition}:dynamodb:${region}:${account}:table/${name}`, subject: `the table ${name}` };
}
