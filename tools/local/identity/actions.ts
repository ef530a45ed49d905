/** Actions of the emulated services that have a resource. Source: "Service Authorization Reference". */
const WITH_RESOURCE = [
  'dynamodb:BatchGetItem',
  'dynamodb:BatchWriteItem',
  'dynamodb:ConditionCheckItem',
  'dynamodb:DeleteItem',
  'dynamodb:DescribeStream',
  'dynamodb:DescribeTable',
  'dynamodb:DescribeTimeToLive',
  'dynamodb:GetItem',
  'dynamodb:GetRecords',
  'dynamodb:GetShardIterator',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:Scan',
  'dynamodb:UpdateItem',
  'events:PutEvents',
  'execute-api:Invoke',
  'execute-api:ManageConnections',
  'lambda:InvokeFunction',
  'secretsmanager:DescribeSecret',
  'secretsmanager:GetSecretValue',
  'secretsmanager:PutSecretValue',
  'secretsmanager:UpdateSecret',
  'sns:CreateTopic',
  'sns:GetTopicAttributes',
  'sns:ListSubscriptionsByTopic',
  'sns:Publish',
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
  'sqs:PurgeQueue',
  'sqs:ReceiveMessage',
  'sqs:SendMessage',
  'sqs:StartMessageMoveTask',
  'ssm:DeleteParameter',
  'ssm:DeleteParameters',
  'ssm:GetParameter',
  'ssm:GetParameterHistory',
  'ssm:GetParameters',
  'ssm:GetParametersByPath',
  'ssm:PutParameter',
  'sts:AssumeRole',
];

/** Actions without a resource, which policies can allow only on `*`. */
const WITHOUT_RESOURCE = [
  'dynamodb:ListStreams',
  'dynamodb:ListTables',
  'secretsmanager:BatchGetSecretValue',
  'secretsmanager:ListSecrets',
  'sns:ListTopics',
  'sqs:ListQueues',
  'ssm:DescribeParameters',
];

/** @returns the resource that policies are evaluated for. Throws if no service authorizes the action. */
export function resourceOf(action: string, resource: string): string {
  if (WITHOUT_RESOURCE.includes(action)) return '*';
  if (WITH_RESOURCE.includes(action)) return resource;
  throw new Error(
    `${action} is not an action of a service that runs here. Fix: add it to tools/local/identity/actions.ts.`,
  );
}
