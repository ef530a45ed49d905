import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { type Aws, type AwsOptions, startAws } from '../../aws/aws';
import type {
  EventBusBlueprint,
  FunctionBlueprint,
  QueueBlueprint,
  RoleBlueprint,
  RuleBlueprint,
  SecretBlueprint,
  SsmParameterBlueprint,
  TableBlueprint,
  TopicBlueprint,
  UserPoolBlueprint,
} from '../../blueprint';
import { credentialsOf } from '../../identity/credentials';
import type { LogLine } from '../../log-line';
import { PLACE } from '../place';

const REGION = 'us-east-1';
const ACCOUNT = '000000000000';

/** A running endpoint with its log and its SDK clients. */
export interface RunningAws extends Aws {
  readonly logged: Omit<LogLine, 'time'>[];
  /** SDK clients with the credentials of a role, or without a role. @param region - @default 'us-east-1' */
  clients(roleArn?: string, region?: string): Clients;
}

export interface Clients {
  readonly dynamo: DynamoDBClient;
  readonly streams: DynamoDBStreamsClient;
  readonly secretsManager: SecretsManagerClient;
  readonly sqs: SQSClient;
  readonly ssm: SSMClient;
  readonly sts: STSClient;
  readonly sns: SNSClient;
  readonly lambda: LambdaClient;
  readonly eventBridge: EventBridgeClient;
}

interface Options extends Partial<Omit<AwsOptions, 'blueprint'>> {
  readonly tables?: readonly TableBlueprint[];
  readonly queues?: readonly QueueBlueprint[];
  readonly ssmParameters?: readonly SsmParameterBlueprint[];
  readonly secrets?: readonly SecretBlueprint[];
  readonly userPools?: readonly UserPoolBlueprint[];
  readonly roles?: readonly RoleBlueprint[];
  readonly functions?: readonly FunctionBlueprint[];
  readonly topics?: readonly TopicBlueprint[];
  readonly eventBuses?: readonly EventBusBlueprint[];
  readonly rules?: readonly RuleBlueprint[];
}

/** Starts the endpoint on a free port, in memory. It allows every call unless `options` has another authorizer. */
export async function runAws({
  tables = [],
  queues = [],
  ssmParameters = [],
  secrets = [],
  userPools = [],
  roles = [],
  functions = [],
  topics = [],
  eventBuses = [],
  rules = [],
  ...options
}: Options): Promise<RunningAws> {
  const logged: RunningAws['logged'] = [];
  const created: { destroy(): void }[] = [];
  const aws = await startAws({
    blueprint: {
      accountId: ACCOUNT,
      tables,
      queues,
      ssmParameters,
      secrets,
      userPools,
      roles,
      functions,
      topics,
      eventBuses,
      rules,
    },
    port: 0,
    authorizer: { authorize: async (_role, action, resource) => ({ allowed: true, action, resource }) },
    log: (line) => logged.push(line),
    sweepMs: 10,
    ...options,
  });
  return {
    ...aws,
    logged,
    clients(roleArn, region = REGION) {
      const credentials = roleArn
        ? credentialsOf(roleArn)
        : { accessKeyId: 'AKIADEVELOPER', secretAccessKey: 'secret' };
      const config = { endpoint: aws.endpoint, region, credentials, maxAttempts: 1 };
      const clients = {
        dynamo: new DynamoDBClient(config),
        streams: new DynamoDBStreamsClient(config),
        secretsManager: new SecretsManagerClient(config),
        sqs: new SQSClient(config),
        ssm: new SSMClient(config),
        sts: new STSClient(config),
        sns: new SNSClient(config),
        lambda: new LambdaClient(config),
        eventBridge: new EventBridgeClient(config),
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
    ...PLACE,
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
    ...PLACE,
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

export function topic(name: string, more: Partial<TopicBlueprint> = {}): TopicBlueprint {
  return {
    ...PLACE,
    logicalId: name,
    name,
    arn: `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`,
    displayName: '',
    fifo: name.endsWith('.fifo'),
    contentBasedDeduplication: false,
    subscriptions: [],
    ...more,
  };
}

/** Receives and deletes messages of a queue until this many have arrived. */
export async function received(sqs: SQSClient, name: string, count: number): Promise<Message[]> {
  const QueueUrl = `http://127.0.0.1/${ACCOUNT}/${name}`;
  const messages: Message[] = [];
  while (messages.length < count) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 20,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    for (const { ReceiptHandle } of Messages) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    messages.push(...Messages);
  }
  return messages;
}

/** Polls until the condition holds. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
