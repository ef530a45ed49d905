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
  'execute-api:ManageConnections',
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
  'sqs:PurgeQueue',
  'sqs:ReceiveMessage',
  'sqs:SendMessage',
  'sqs:StartMessageMoveTask',
];

/** Actions without a resource, which policies can allow only on `*`. */
const WITHOUT_RESOURCE = ['dynamodb:ListStreams', 'dynamodb:ListTables', 'sqs:ListQueues'];

/** @returns the resource that policies are evaluated for. Throws if no service authorizes the action. */
export function resourceOf(action: string, resource: string): string {
  if (WITHOUT_RESOURCE.includes(action)) return '*';
  if (WITH_RESOURCE.includes(action)) return resource;
  throw new Error(
    `${action} is not an action of a service that runs here. Fix: add it to tools/local/identity/actions.ts.`,
  );
}
