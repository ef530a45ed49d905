import { Template } from 'aws-cdk-lib/assertions';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { acknowledgeActions, acknowledgeWildcard } from '../../lib/compliance/wildcard';
import { expectTable, tableUnder } from '../support/generated-table';
import { testStack } from '../lib/synthesized';
import type { Settings } from '../../lib/settings/settings';
import {
  GATEWAY_WITH_PUBLIC_LOAD_BALANCER,
  GATEWAY_WITH_PUBLIC_LOAD_BALANCERS,
  GATEWAY_WITH_SERVERS,
  STAGES,
  stageStack,
} from './stages';
import { type Statement, statementsOfRoles } from './statements';

const DOCUMENT = 'docs/permissions.md';
const HEADING = 'Every statement of every role';

/** @returns role, actions, resources and condition, in Markdown. */
function cellsOf({ role, denies, actions, resources, condition }: Statement): string[] {
  const code = (texts: readonly string[]) => texts.map((text) => `\`${text}\``).join(', ');
  return [
    code([role]),
    `${denies ? '_denied_ ' : ''}${code(actions)}`,
    code(resources),
    condition && code([condition]),
  ];
}

/** Reasons in the document, for roles that the constructs of this app do not create. */
const written = new Map(
  tableUnder(DOCUMENT, HEADING).map(([role = '', actions, resources, condition, reason = '']) => [
    [role.replace(/ \([\w,]+\)$/, ''), actions, resources, condition].join(),
    reason,
  ]),
);

function reasonOf(statement: Statement): string {
  const recorded = statement.wildcards.map(({ reason }) => reason ?? written.get(cellsOf(statement).join()) ?? '');
  return [...new Set(recorded)].filter(Boolean).join(' ');
}

function statementsIn(stage: string, changes: Partial<Settings> = {}) {
  const stack = stageStack(stage, changes);
  return statementsOfRoles(stack, Template.fromStack(stack).toJSON()).map((statement) => ({ stage, statement }));
}

const statements = STAGES.flatMap((stage) => statementsIn(stage));

test('docs/permissions.md lists exactly the statements of all roles', () => {
  const rows = new Map<string, { cells: string[]; stages: string[] }>();
  for (const { stage, statement } of statements) {
    const cells = [...cellsOf(statement), reasonOf(statement)];
    const row = rows.get(cells.join()) ?? { cells, stages: [] };
    rows.set(cells.join(), { cells, stages: [...row.stages, stage] });
  }
  expectTable(
    DOCUMENT,
    HEADING,
    [...rows.values()]
      .map(({ cells: [role = '', ...others], stages }) => [
        stages.length < STAGES.length ? `${role} (${stages})` : role,
        ...others,
      ])
      .sort(([one = ''], [other = '']) => one.localeCompare(other)),
  );
});

/** Actions of DynamoDB with which an item can be created or changed. IAM does not divide a batch or PartiQL into its writes. */
const PUTS = ['BatchWriteItem', 'PutItem', 'UpdateItem', 'ReplicateItems', 'PartiQLInsert', 'PartiQLUpdate'];

test.each(['Delivery/Deliver', 'Delivery/Dispatch', 'Revocation/Revoke', 'WebSocketLane/Disconnect'])(
  'the function %s cannot create or change an item of a table',
  (name) => {
    const actions = statements
      .filter(({ statement }) => statement.role.startsWith(`${name}/`))
      .flatMap(({ statement }) => statement.actions);
    expect(actions).toContainEqual(expect.stringMatching(/^dynamodb:/));
    expect(
      actions.filter((action) => PUTS.some((put) => action === `dynamodb:${put}`) || /^dynamodb:.*\*|^\*/.test(action)),
    ).toEqual([]);
  },
);

test('no role has the permission to write batches, which would allow it to put and to delete', () => {
  const batches = statements.filter(({ statement }) => statement.actions.includes('dynamodb:BatchWriteItem'));
  expect(batches).toEqual([]);
});

test('no role can delete a logout, and only the service can write one', () => {
  const ofLogouts = statements
    .filter(({ statement }) => statement.condition.includes('REVOCATION#'))
    .flatMap(({ statement }) => statement.actions.map((action) => `${statement.role}: ${action}`));
  expect([...new Set(ofLogouts)].sort()).toEqual([
    'HttpLane/TaskDefinition/TaskRole: dynamodb:ConditionCheckItem',
    'HttpLane/TaskDefinition/TaskRole: dynamodb:PutItem',
    'WebSocketLane/Connect/Role: dynamodb:ConditionCheckItem',
    'WebSocketLane/Servers/TaskDefinition/TaskRole: dynamodb:ConditionCheckItem',
  ]);
});

test('only the push function can write a mark, and only it and dispatch can read one', () => {
  const ofMarks = statements
    .filter(({ statement }) => statement.condition.includes('PUSHED#'))
    .flatMap(({ statement }) => statement.actions.map((action) => `${statement.role}: ${action}`));
  expect([...new Set(ofMarks)].sort()).toEqual([
    'Delivery/Dispatch/Role: dynamodb:BatchGetItem',
    'Delivery/Push/Role: dynamodb:BatchGetItem',
    'Delivery/Push/Role: dynamodb:PutItem',
  ]);
});

test('every operation on the message log except on its stream is limited to keys', () => {
  const ofAllKeys = statements.filter(
    ({ statement }) => statement.resources.includes('MessageLog/Table') && statement.condition === '',
  );
  expect(ofAllKeys).toEqual([]);
});

test('the push function can write no item except marks', () => {
  const puts = statements.filter(
    ({ statement }) =>
      statement.role === 'Delivery/Push/Role' &&
      statement.actions.some((action) => PUTS.some((put) => action === `dynamodb:${put}`)),
  );
  expect(puts.map(({ statement }) => statement.condition)).toEqual(
    STAGES.map(() => 'ForAllValues:StringLike dynamodb:LeadingKeys: PUSHED#*'),
  );
});

test('only servers can write a lease, and only they and the functions that post can read one', () => {
  const ofLeases = statements
    .filter(
      ({ stage, statement }) =>
        stage === 'servers' &&
        statement.resources.includes('WebSocketLane/ConnectionTable/Table') &&
        statement.condition.includes('CONNECTION#'),
    )
    .flatMap(({ statement }) => statement.actions.map((action) => `${statement.role}: ${action}`));
  expect(ofLeases.sort()).toEqual([
    'Delivery/Deliver/Role: dynamodb:GetItem',
    'Delivery/Push/Role: dynamodb:GetItem',
    'Revocation/Revoke/Role: dynamodb:GetItem',
    'WebSocketLane/Servers/TaskDefinition/TaskRole: dynamodb:BatchGetItem',
    'WebSocketLane/Servers/TaskDefinition/TaskRole: dynamodb:DeleteItem',
    'WebSocketLane/Servers/TaskDefinition/TaskRole: dynamodb:PutItem',
  ]);
});

test('no role can read the secret of a gateway, which CloudFormation copies at deployment', () => {
  const ofSecrets = [
    ...statements,
    ...[GATEWAY_WITH_PUBLIC_LOAD_BALANCER, GATEWAY_WITH_PUBLIC_LOAD_BALANCERS].flatMap((changes) =>
      statementsIn('gateway', changes),
    ),
  ].filter(({ statement: { actions } }) => actions.some((action) => /^(secretsmanager:|\*)/.test(action)));
  // The canary reads the secret of its user.
  expect(ofSecrets.map(({ stage, statement: { role, resources } }) => [stage, role, resources])).toEqual([
    ['prod', 'Operation/Canary/Function/Role', ['<Operation/Canary/Credentials>']],
  ]);
});

test('the canary can only sign in, read its secret and write its log', () => {
  const ofCanary = statements.filter(({ statement: { role } }) => role.startsWith('Operation/Canary/'));
  const rows = ofCanary.map(({ stage, statement: { actions, resources } }) => [
    stage,
    actions.join(' '),
    resources.join(' '),
  ]);
  expect(rows.sort()).toEqual([
    ['prod', 'cognito-idp:AdminInitiateAuth cognito-idp:AdminRespondToAuthChallenge', 'Admission/UserPool/Pool'],
    ['prod', 'logs:CreateLogStream logs:PutLogEvents', 'Operation/Canary/Function/LogGroup'],
    ['prod', 'secretsmanager:DescribeSecret secretsmanager:GetSecretValue', '<Operation/Canary/Credentials>'],
  ]);
});

test('only the function that copies the page has permissions on buckets', () => {
  const ofBuckets = [...statements, ...statementsIn('gateway', GATEWAY_WITH_SERVERS)].filter(
    ({ statement: { actions } }) => actions.some((action) => /^(s3:|\*)/.test(action)),
  );
  expect([...new Set(ofBuckets.map(({ statement }) => statement.role))]).toEqual([
    expect.stringMatching(/^Custom::CDKBucketDeployment\w+\/ServiceRole$/),
  ]);
});

test('every operation on the table of connections is limited to keys', () => {
  const ofAllKeys = statements.filter(
    ({ statement }) =>
      statement.resources.includes('WebSocketLane/ConnectionTable/Table') && statement.condition === '',
  );
  expect(ofAllKeys).toEqual([]);
});

test('the code of every function in a network is denied what Lambda does with its network interfaces', () => {
  const ofInterfaces = statements.filter(({ statement }) =>
    statement.actions.some((action) => action.startsWith('ec2:')),
  );
  const allowed = ofInterfaces.filter(
    ({ statement }) => !statement.denies && statement.role.endsWith('/Role') && !statement.role.startsWith('Custom::'),
  );
  expect([...new Set(allowed.map(({ statement }) => statement.role))].sort()).toEqual([
    'Delivery/Deliver/Role',
    'Delivery/Push/Role',
    'Revocation/Revoke/Role',
  ]);
  for (const { stage, statement } of allowed) {
    const actions = statement.actions.filter((action) => action.startsWith('ec2:'));
    expect(ofInterfaces).toContainEqual({
      stage,
      statement: expect.objectContaining({
        role: statement.role,
        denies: true,
        actions,
        resources: ['*'],
        condition: 'ArnLike lambda:SourceFunctionArn: arn:aws:lambda:us-east-1:<AWS::AccountId>:function:*',
      }),
    });
  }
});

test('every wildcard in a permission has a reason', () => {
  const bare = statements.filter(({ statement }) => statement.wildcards.length > 0 && reasonOf(statement).length < 30);
  expect(bare.map(({ statement }) => statement)).toEqual([]);
});

describe('a wildcard in a statement', () => {
  function wildcardsOf(actions: string[], resource: string, reason?: string) {
    const stack = testStack();
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources: [resource] }));
    if (reason) {
      acknowledgeWildcard(role, resource, reason);
    }
    return statementsOfRoles(stack, Template.fromStack(stack).toJSON()).flatMap(({ wildcards }) => wildcards);
  }

  test('is found in a resource, with the recorded reason', () => {
    const arn = 'arn:aws:sqs:us-east-1:111122223333:queue-*';
    expect(wildcardsOf(['sqs:SendMessage'], arn)).toEqual([{ text: arn, reason: undefined }]);
    expect(wildcardsOf(['sqs:SendMessage'], arn, 'All of them.')).toEqual([{ text: arn, reason: 'All of them.' }]);
  });

  test('is found in an action, with the reason recorded for the action', () => {
    const stack = testStack();
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:List*'], resources: ['arn:aws:sqs:us-east-1:1:queue'] }));
    acknowledgeActions(role, ['sqs:List*'], 'Both of them.');
    const found = statementsOfRoles(stack, Template.fromStack(stack).toJSON()).flatMap(({ wildcards }) => wildcards);
    expect(found).toEqual([{ text: 'sqs:List*', reason: 'Both of them.' }]);
  });

  test('is found in an action without the reason recorded for the resource', () => {
    const arn = 'arn:aws:sqs:us-east-1:111122223333:queue';
    expect(wildcardsOf(['sqs:*'], arn, 'All of them.')).toEqual([{ text: 'sqs:*', reason: undefined }]);
  });

  test('is not found in a statement that denies', () => {
    const stack = testStack();
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ effect: Effect.DENY, actions: ['sqs:*'], resources: ['*'] }));
    const found = statementsOfRoles(stack, Template.fromStack(stack).toJSON());
    expect(found).toMatchObject([{ denies: true, wildcards: [] }]);
  });

  test('is not found in a statement without wildcards', () => {
    expect(wildcardsOf(['sqs:SendMessage'], 'arn:aws:sqs:us-east-1:111122223333:queue')).toEqual([]);
  });
});
