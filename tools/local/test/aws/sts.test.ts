import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Authorizer } from '../../identity/authorize';
import type { RoleBlueprint } from '../../blueprint';
import { queue, type RunningAws, runAws } from './fixture';

const CALLER = 'arn:aws:iam::000000000000:role/service/Caller';
const TARGET = 'arn:aws:iam::000000000000:role/Target';
const WORK = queue('work');

let aws: RunningAws;
afterEach(() => aws.close());

function role(arn: string, statements: object[], trust: object[] = []): RoleBlueprint {
  const name = arn.split('/').at(-1) ?? '';
  const document = { Version: '2012-10-17', Statement: statements };
  const trustPolicy = { Version: '2012-10-17', Statement: trust };
  return { logicalId: name, name, arn, policies: [{ name: 'p', document }], managedPolicyArns: [], trustPolicy };
}

const trusts = (Principal: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal,
  ...more,
});
const mayAssume = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: TARGET };

/** Starts with a caller that has these statements, and a role with this trust policy, which can send to a queue. */
async function start(callerStatements: object[], trust: object[], caller = CALLER): Promise<STSClient> {
  const send = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: WORK.arn };
  const roles = [role(caller, callerStatements), role(TARGET, [send], trust)];
  const authorizer = new Authorizer(roles, 'on');
  aws = await runAws({ roles, queues: [WORK], authorizer, now: () => Date.UTC(2026, 0, 1) });
  return aws.clients(caller).sts;
}

const assume = (more: object = {}) => new AssumeRoleCommand({ RoleArn: TARGET, RoleSessionName: 'job', ...more });

test('the identity of a role is its session, without the path', async () => {
  const sts = await start([], []);
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    Account: '000000000000',
    Arn: 'arn:aws:sts::000000000000:assumed-role/Caller/local',
    UserId: expect.stringMatching(/^AROA\w+:local$/),
  });
});

test("the user's own keys belong to a user of the account", async () => {
  await start([], []);
  const { Arn } = await aws.clients().sts.send(new GetCallerIdentityCommand({}));
  expect(Arn).toBe('arn:aws:iam::000000000000:user/local');
});

test('an assumed role gives credentials of the role and the session, with its permissions', async () => {
  const sts = await start([mayAssume], [trusts({ AWS: 'arn:aws:iam::000000000000:root' })]);
  const { Credentials, AssumedRoleUser } = await sts.send(assume({ DurationSeconds: 900 }));
  expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::000000000000:assumed-role/Target/job');
  expect(Credentials?.Expiration).toEqual(new Date(Date.UTC(2026, 0, 1, 0, 15)));
  const config = {
    endpoint: aws.endpoint,
    region: 'us-east-1',
    credentials: {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    },
  };
  const clients = { sts: new STSClient(config), sqs: new SQSClient(config) };
  const { Arn } = await clients.sts.send(new GetCallerIdentityCommand({}));
  expect(Arn).toBe(AssumedRoleUser?.Arn);
  await clients.sqs.send(new SendMessageCommand({ QueueUrl: 'http://127.0.0.1/000000000000/work', MessageBody: 'x' }));
  clients.sts.destroy();
  clients.sqs.destroy();
});

test.each<[string, object[], object[], string[]]>([
  ['no trust policy names the caller', [mayAssume], [trusts({ Service: 'lambda.amazonaws.com' })], []],
  ['the trust policy names another role', [mayAssume], [trusts({ AWS: 'arn:aws:iam::000000000000:role/Other' })], []],
  ['the trust policy names the account, and the caller has no permission', [], [trusts({ AWS: '000000000000' })], []],
  [
    'the trust policy denies the caller',
    [mayAssume],
    [trusts('*'), { ...trusts({ AWS: CALLER }), Effect: 'Deny' }],
    [],
  ],
  [
    'the condition on the external id fails',
    [mayAssume],
    [trusts({ AWS: CALLER }, { Condition: { StringEquals: { 'sts:ExternalId': 'secret' } } })],
    [],
  ],
  [
    'the caller is in another account without permission',
    [],
    [trusts({ AWS: 'arn:aws:iam::111111111111:role/Remote' })],
    ['arn:aws:iam::111111111111:role/Remote'],
  ],
])('a role cannot be assumed if %s', async (_, statements, trust, [caller]) => {
  const sts = await start(statements, trust, caller);
  await expect(sts.send(assume())).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringMatching(/is not authorized to perform: sts:AssumeRole on resource: /),
    $metadata: { httpStatusCode: 403 },
  });
});

test('a caller that the trust policy names needs no permission of its own in the same account', async () => {
  const sts = await start([], [trusts({ AWS: [CALLER] })]);
  await expect(sts.send(assume())).resolves.toBeDefined();
});

test('the external id of the request satisfies a condition', async () => {
  const Condition = { StringEquals: { 'sts:ExternalId': 'secret' } };
  const sts = await start([], [trusts({ AWS: CALLER }, { Condition })]);
  await expect(sts.send(assume({ ExternalId: 'secret' }))).resolves.toBeDefined();
});

test('a role outside the assembly cannot be assumed, even with the keys of the user', async () => {
  await start([], []);
  const RoleArn = 'arn:aws:iam::000000000000:role/Elsewhere';
  await expect(aws.clients().sts.send(assume({ RoleArn }))).rejects.toMatchObject({ name: 'AccessDenied' });
});

test.each([{ DurationSeconds: 899 }, { DurationSeconds: 43_201 }, { RoleSessionName: 'a b' }, { RoleSessionName: '' }])(
  'AssumeRole rejects %j',
  async (input) => {
    await start([], []);
    await expect(aws.clients().sts.send(assume(input))).rejects.toMatchObject({ name: 'ValidationError' });
  },
);

test('a session token is for the keys of a user only', async () => {
  const sts = await start([], []);
  await expect(sts.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
  const { Credentials } = await aws.clients().sts.send(new GetSessionTokenCommand({}));
  expect(Credentials?.Expiration).toEqual(new Date(Date.UTC(2026, 0, 1, 12)));
});
