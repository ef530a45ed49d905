/** An Allow statement. */
interface Statement {
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string;
}

/** Beginning of the ARNs, which in other partitions have their names: `arn:aws-cn:iam::aws:policy`. */
const POLICY = 'arn:aws:iam::aws:policy';

function allow(...Action: string[]): Statement[] {
  return [{ Effect: 'Allow', Action, Resource: '*' }];
}

/**
 * AWS managed policies by ARN: their permissions for the emulated services (DynamoDB, its streams, SQS, SNS, EventBridge, Lambda's
 * Invoke, Systems Manager, Secrets Manager, the management API of connections). Other permissions have no effect here, so policies for logs, traces and networks are empty. Source: the
 * AWS Managed Policy Reference Guide.
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
  [`${POLICY}/AmazonSSMFullAccess`]: allow('ssm:*'),
  [`${POLICY}/AmazonSSMReadOnlyAccess`]: allow('ssm:Describe*', 'ssm:Get*', 'ssm:List*'),
  [`${POLICY}/SecretsManagerReadWrite`]: allow('secretsmanager:*'),
  [`${POLICY}/AmazonAPIGatewayInvokeFullAccess`]: allow('execute-api:Invoke', 'execute-api:ManageConnections'),
  [`${POLICY}/AmazonSNSFullAccess`]: allow('sns:*'),
  [`${POLICY}/AmazonSNSReadOnlyAccess`]: allow('sns:GetTopicAttributes', 'sns:List*'),
  [`${POLICY}/AmazonEventBridgeFullAccess`]: allow('events:*'),
  [`${POLICY}/AWSLambda_FullAccess`]: allow('lambda:*'),
  [`${POLICY}/service-role/AWSLambdaRole`]: allow('lambda:InvokeFunction'),
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

/** @returns true if the content of a managed policy is known. An unknown policy allows nothing here */
export function isKnown(managedPolicyArn: string): boolean {
  return inAws(managedPolicyArn) in STATEMENTS;
}

/** The document of a managed policy for the emulated services; undefined if it allows none of their actions. */
export function managedPolicy(arn: string): object | undefined {
  const Statement = STATEMENTS[inAws(arn)] ?? [];
  return Statement.length > 0 ? { Version: '2012-10-17', Statement } : undefined;
}

/** The ARN that the policy has in the partition `aws`. */
function inAws(arn: string): string {
  return arn.replace(/^arn:[^:]+:iam::aws:/, 'arn:aws:iam::aws:');
}
