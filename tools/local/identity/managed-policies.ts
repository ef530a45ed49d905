/** A statement that allows. */
interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string;
}

const POLICY = 'arn:aws:iam::aws:policy';

function allow(...Action: string[]): Statement[] {
  return [{ Effect: 'Allow', Action, Resource: '*' }];
}

/**
 * Managed policies of AWS, by ARN: what each allows of the services that run here (DynamoDB, its streams, SQS, the
 * management API of connections). What else one allows has no effect here, so those that concern only logs, traces and
 * networks are harmless and empty. Source: the AWS Managed Policy Reference Guide.
 */
const STATEMENTS: Readonly<Record<string, readonly Statement[]>> = {
  [`${POLICY}/AdministratorAccess`]: allow('*'),
  [`${POLICY}/AmazonDynamoDBFullAccess`]: allow('dynamodb:*'),
  [`${POLICY}/AmazonDynamoDBFullAccess_v2`]: allow('dynamodb:*'),
  [`${POLICY}/AmazonDynamoDBReadOnlyAccess`]: allow(
    'dynamodb:BatchGetItem',
    'dynamodb:Describe*',
    'dynamodb:List*',
    'dynamodb:GetItem',
    'dynamodb:GetResourcePolicy',
    'dynamodb:Query',
    'dynamodb:Scan',
    'dynamodb:PartiQLSelect',
  ),
  [`${POLICY}/AmazonSQSFullAccess`]: allow('sqs:*'),
  [`${POLICY}/AmazonSQSReadOnlyAccess`]: allow(
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:ListDeadLetterSourceQueues',
    'sqs:ListQueues',
    'sqs:ListMessageMoveTasks',
  ),
  [`${POLICY}/AmazonAPIGatewayInvokeFullAccess`]: allow('execute-api:Invoke', 'execute-api:ManageConnections'),
  [`${POLICY}/AWSLambdaExecute`]: [],
  [`${POLICY}/AWSXRayDaemonWriteAccess`]: [],
  [`${POLICY}/AWSXrayWriteOnlyAccess`]: [],
  [`${POLICY}/CloudWatchLambdaInsightsExecutionRolePolicy`]: [],
  [`${POLICY}/service-role/AWSLambdaBasicExecutionRole`]: [],
  [`${POLICY}/service-role/AWSLambdaVPCAccessExecutionRole`]: [],
  [`${POLICY}/service-role/AmazonECSTaskExecutionRolePolicy`]: [],
  [`${POLICY}/service-role/AmazonAPIGatewayPushToCloudWatchLogs`]: [],
  [`${POLICY}/service-role/AWSLambdaDynamoDBExecutionRole`]: allow(
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
  ),
  [`${POLICY}/service-role/AWSLambdaSQSQueueExecutionRole`]: allow(
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
  ),
};

/** @returns true if the content of a managed policy is known. One that is not known allows nothing here */
export function isKnown(managedPolicyArn: string): boolean {
  return managedPolicyArn in STATEMENTS;
}

/** The document of a managed policy, as far as the services here are concerned; none if it allows nothing of them. */
export function managedPolicy(arn: string): object | undefined {
  const Statement = STATEMENTS[arn] ?? [];
  return Statement.length > 0 ? { Version: '2012-10-17', Statement } : undefined;
}
