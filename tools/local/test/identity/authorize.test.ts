import type { RoleBlueprint } from '../../blueprint';
import { Authorizer } from '../../identity/authorize';

const ROLE = 'arn:aws:iam::000000000000:role/path/Writer';
const TABLE = 'arn:aws:dynamodb:us-east-1:000000000000:table/Messages';
const CONNECTIONS = 'arn:aws:execute-api:us-east-1:000000000000:abc123/live/POST/@connections';

test('the authorizer allows an action that a statement allows', async () => {
  const authorizer = withStatements({ Effect: 'Allow', Action: ['dynamodb:PutItem'], Resource: TABLE });
  expect(await authorizer.authorize(ROLE, 'dynamodb:PutItem', TABLE)).toMatchObject({ allowed: true });
});

test('a denial has the message of AWS and the statement to add', async () => {
  const authorizer = withStatements({ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: TABLE });
  expect(await authorizer.authorize(ROLE, 'dynamodb:PutItem', TABLE)).toEqual({
    allowed: false,
    action: 'dynamodb:PutItem',
    resource: TABLE,
    message: `User: arn:aws:sts::000000000000:assumed-role/Writer/local is not authorized to perform: dynamodb:PutItem on resource: ${TABLE} because no identity-based policy allows the dynamodb:PutItem action`,
    statementToAdd: { Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: TABLE },
  });
});

test('adding the statement from a denial allows the action', async () => {
  const { statementToAdd } = await withStatements().authorize(ROLE, 'sqs:SendMessage', queue('work'));
  const decision = await withStatements(statementToAdd ?? {}).authorize(ROLE, 'sqs:SendMessage', queue('work'));
  expect(decision.allowed).toBe(true);
});

test('an explicit deny overrides an allow, and its denial suggests no statement', async () => {
  const authorizer = withStatements(
    { Effect: 'Allow', Action: 'sqs:*', Resource: '*' },
    { Effect: 'Deny', Action: 'sqs:PurgeQueue', Resource: '*' },
  );
  const decision = await authorizer.authorize(ROLE, 'sqs:PurgeQueue', queue('work'));
  expect(decision.allowed).toBe(false);
  expect(decision.statementToAdd).toBeUndefined();
  expect(decision.message).toMatch(/with an explicit deny in an identity-based policy$/);
});

test('a grant on a table does not cover its indexes or a table whose name has the same prefix', async () => {
  const authorizer = withStatements({ Effect: 'Allow', Action: 'dynamodb:Query', Resource: TABLE });
  expect(await authorizer.authorize(ROLE, 'dynamodb:Query', `${TABLE}/index/byTopic`)).toMatchObject({
    allowed: false,
  });
  expect(await authorizer.authorize(ROLE, 'dynamodb:Query', `${TABLE}2`)).toMatchObject({ allowed: false });
});

test('a wildcard in the resource matches any connection, but only for the same stage and method', async () => {
  const authorizer = withStatements({
    Effect: 'Allow',
    Action: 'execute-api:ManageConnections',
    Resource: `${CONNECTIONS}/*`,
  });
  const post = await authorizer.authorize(ROLE, 'execute-api:ManageConnections', `${CONNECTIONS}/L0SM9cOFvHcCIhw=`);
  expect(post.allowed).toBe(true);
  const remove = await authorizer.authorize(
    ROLE,
    'execute-api:ManageConnections',
    `${CONNECTIONS.replace('POST', 'DELETE')}/L0SM9cOFvHcCIhw=`,
  );
  expect(remove.allowed).toBe(false);
});

test('a condition on leading keys is evaluated for each request', async () => {
  const authorizer = withStatements({
    Effect: 'Allow',
    Action: 'dynamodb:GetItem',
    Resource: TABLE,
    Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['mine'] } },
  });
  const get = (...keys: string[]) =>
    authorizer.authorize(ROLE, 'dynamodb:GetItem', TABLE, { 'dynamodb:LeadingKeys': keys });
  expect(await get('mine')).toMatchObject({ allowed: true });
  expect(await get('theirs')).toMatchObject({ allowed: false });
  expect(await get('mine', 'theirs')).toMatchObject({ allowed: false });
});

test('an action without resource-level permissions is evaluated for all resources, even if the caller names one', async () => {
  const authorizer = withStatements({ Effect: 'Allow', Action: 'dynamodb:ListStreams', Resource: '*' });
  expect(await authorizer.authorize(ROLE, 'dynamodb:ListStreams', TABLE)).toMatchObject({ allowed: true });
});

test('a condition that requires TLS holds, because loopback stands for TLS', async () => {
  const authorizer = withStatements({
    Effect: 'Allow',
    Action: 'sqs:SendMessage',
    Resource: '*',
    Condition: { Bool: { 'aws:SecureTransport': 'true' } },
  });
  expect(await authorizer.authorize(ROLE, 'sqs:SendMessage', queue('work'))).toMatchObject({ allowed: true });
});

test('a known AWS managed policy allows only its actions', async () => {
  const authorizer = withRole({
    managedPolicyArns: [
      'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
      'arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole',
    ],
  });
  expect(await authorizer.authorize(ROLE, 'sqs:ReceiveMessage', queue('work'))).toMatchObject({ allowed: true });
  expect(await authorizer.authorize(ROLE, 'sqs:SendMessage', queue('work'))).toMatchObject({ allowed: false });
});

test('an unknown managed policy allows nothing', async () => {
  const authorizer = withRole({ managedPolicyArns: ['arn:aws:iam::000000000000:policy/Elsewhere'] });
  expect(await authorizer.authorize(ROLE, 'sqs:SendMessage', queue('work'))).toMatchObject({ allowed: false });
});

test('a role that no template defines is denied every action', async () => {
  const unknownRole = 'arn:aws:iam::000000000000:role/Unknown';
  const authorizer = withStatements({ Effect: 'Allow', Action: '*', Resource: '*' });
  expect(await authorizer.authorize(unknownRole, 'dynamodb:GetItem', TABLE)).toMatchObject({ allowed: false });
});

test('the authorizer allows every action if IAM is off', async () => {
  const authorizer = new Authorizer([], 'off');
  expect(await authorizer.authorize(ROLE, 'dynamodb:DeleteTable', TABLE)).toMatchObject({ allowed: true });
});

test('an action of no emulated service is an error, not a denial', async () => {
  await expect(withStatements().authorize(ROLE, 'dynamodb:Bogus', TABLE)).rejects.toThrow(
    `IAM cannot decide dynamodb:Bogus on ${TABLE} for ${ROLE}: dynamodb:Bogus is not an action of a service that runs here. Fix: add it to tools/local/identity/actions.ts.`,
  );
});

test('a policy that cannot be evaluated causes an error that names the role', async () => {
  const authorizer = withStatements({
    Effect: 'Allow',
    Action: '*',
    Resource: '*',
    Condition: { Near: { 'a:b': 'c' } },
  });
  await expect(authorizer.authorize(ROLE, 'dynamodb:PutItem', TABLE)).rejects.toThrow(
    /for arn:\S+Writer: The condition operator Near is not supported\. Fix: /,
  );
});

test('a repeated request gets the cached decision, even if context that no policy mentions differs', async () => {
  const authorizer = withStatements({ Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: TABLE });
  const [first, again] = await Promise.all(
    ['a', 'b'].map((key) => authorizer.authorize(ROLE, 'dynamodb:PutItem', TABLE, { 'dynamodb:LeadingKeys': [key] })),
  );
  expect(again).toBe(first);
});

function queue(name: string): string {
  return `arn:aws:sqs:us-east-1:000000000000:${name}`;
}

function withStatements(...Statement: object[]): Authorizer {
  return withRole({
    policies: Statement.length > 0 ? [{ name: 'Inline', document: { Version: '2012-10-17', Statement } }] : [],
  });
}

function withRole(role: Partial<RoleBlueprint>): Authorizer {
  const named = { logicalId: 'WriterRole', name: 'Writer', arn: ROLE, policies: [], managedPolicyArns: [] };
  return new Authorizer([{ ...named, ...role }], 'on');
}
