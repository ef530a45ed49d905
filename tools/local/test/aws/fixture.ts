import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type Aws, type AwsOptions, startAws } from '../../aws/aws';
import type { QueueBlueprint, TableBlueprint, UserPoolBlueprint } from '../../blueprint';
import { credentialsOf } from '../../identity/credentials';
import type { LogLine } from '../../log-line';

const REGION = 'us-east-1';
const ACCOUNT = '000000000000';

/** A running endpoint with its log and its SDK clients. */
export interface RunningAws extends Aws {
  readonly logged: Omit<LogLine, 'time'>[];
  /** SDK clients with the credentials of a role, or without a role. */
  clients(roleArn?: string): Clients;
}

export interface Clients {
  readonly dynamo: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  readonly sqs: SQSClient;
}

interface Options extends Partial<Omit<AwsOptions, 'blueprint'>> {
  readonly tables?: readonly TableBlueprint[];
  readonly queues?: readonly QueueBlueprint[];
  readonly userPools?: readonly UserPoolBlueprint[];
}

/** Starts the endpoint on a free port, in memory. It allows every call unless `options` has another authorizer. */
export async function runAws({ tables = [], queues = [], userPools = [], ...options }: Options): Promise<RunningAws> {
  const logged: RunningAws['logged'] = [];
  const created: { destroy(): void }[] = [];
  const aws = await startAws({
    blueprint: { region: REGION, accountId: ACCOUNT, tables, queues, userPools },
    port: 0,
    authorizer: { authorize: async (_role, action, resource) => ({ allowed: true, action, resource }) },
    log: (line) => logged.push(line),
    sweepMs: 10,
    ...options,
  });
  return {
    ...aws,
    logged,
    clients(roleArn) {
      const credentials = roleArn
        ? credentialsOf(roleArn)
        : { accessKeyId: 'AKIADEVELOPER', secretAccessKey: 'secret' };
      const config = { endpoint: aws.endpoint, region: REGION, credentials, maxAttempts: 1 };
      const clients = {
        dynamo: new DynamoDBClient(config),
        streams: new DynamoDBStreamsClient(config),
        sqs: new SQSClient(config),
      };
      created.push(...Object.values(clients));
      return clients;
    },
    async close() {
      await aws.close();
      for (const client of created) {
        client.destroy();
      }
    },
  };
}

/** A table with the keys pk and sk. */
export function table(name: string, more: Partial<TableBlueprint> & { indexes?: object } = {}): TableBlueprint {
  const { indexes, ...properties } = more;
  const arn = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`;
  return {
    logicalId: name,
    name,
    arn,
    definition: {
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      ...indexes,
    },
    ...(properties.streamViewType && { streamArn: `${arn}/stream/2026-01-01T00:00:00.000` }),
    ...properties,
  };
}

export function queue(name: string, more: Partial<QueueBlueprint> = {}): QueueBlueprint {
  return {
    logicalId: name,
    name,
    arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`,
    fifo: name.endsWith('.fifo'),
    visibilityTimeoutSeconds: 30,
    retentionSeconds: 4 * 24 * 3600,
    delaySeconds: 0,
    ...more,
  };
}

/** Polls until the condition holds. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
