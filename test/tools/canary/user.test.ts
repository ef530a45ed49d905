import { RegionInfo } from 'aws-cdk-lib/region-info';
import { userPoolSignIn } from '../../../lambda/canary/sign-in/user-pool';
import { command } from '../../../tools/canary/user/command';
import { planOf } from '../../../tools/canary/user/plan';
import { recordingTerminal } from '../recording-terminal';
import { CLIENT, FakeAccount, OUTPUTS, POOL, SECRET, STACK } from './fake-account';

const USER = 'canary@api.example.com';

describe('npm run canary:user', () => {
  let account: FakeAccount;
  beforeEach(async () => {
    account = new FakeAccount();
    jest.replaceProperty(process, 'env', {
      ...process.env,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: await account.listen(),
    });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await account.close();
  });

  const run = async (args: readonly string[] = ['--stack', STACK], now?: () => number) => {
    const terminal = recordingTerminal();
    const exitCode = await command(args, terminal, now);
    return { exitCode, printed: terminal.printed(), errors: terminal.errors() };
  };

  it('creates the user of the tenant canary, registers a software token, and writes credentials that can sign in', async () => {
    expect(await run()).toEqual({
      exitCode: 0,
      errors: '',
      printed: [
        `The user ${USER} in the user pool ${POOL} of ${STACK}`,
        '  created the user of the tenant canary, with a new password',
        '  registered a software token, and signed in with it',
        `  wrote the credentials to ${SECRET}`,
        'The canary signs in with them from its next run on.',
        '',
      ].join('\n'),
    });
    expect(account.canSignIn()).toBe(true);
    expect(account.pool.users.get(USER)?.attributes).toEqual({
      email: USER,
      email_verified: 'true',
      'custom:tenant': 'canary',
    });
    expect(account.pool.invitations).toEqual([]);
  });

  it('writes credentials with which the code of the canary signs in', async () => {
    await run();
    const signIn = userPoolSignIn({
      rules: { type: 'userPool', userPoolId: POOL, clientId: CLIENT, region: 'us-east-1' },
      secret: async () => JSON.parse(account.secret ?? ''),
      cognito: {
        call: async <Answer>(operation: string, input: object) =>
          account.pool.perform(operation, { ...input }) as Answer,
      },
      // The code of the registration is used up.
      now: () => Date.now() + 30_000,
    });

    expect(await signIn()).toBe('token');
  });

  it('prints no password and no key of a software token', async () => {
    const { printed, errors } = await run();
    const { password, totpSecret } = JSON.parse(account.secret ?? '') as Record<string, string>;

    expect([password, totpSecret]).toEqual([expect.stringMatching(/.{12}/), expect.stringMatching(/^[A-Z2-7]{32,}$/)]);
    for (const secret of [password, totpSecret, 'generated']) {
      expect(printed + errors).not.toContain(secret);
    }
  });

  it('replaces the credentials when it runs again', async () => {
    await run();
    const before = account.secret;
    const { exitCode, printed } = await run();

    expect(exitCode).toBe(0);
    expect(printed).toContain('  deleted the user that existed\n');
    expect(account.canSignIn()).toBe(true);
    expect(account.canSignIn(before)).toBe(false);
    expect(account.pool.users.size).toBe(1);
  });

  it.each(['AdminSetUserPassword', 'AdminInitiateAuth', 'AdminRespondToAuthChallenge', 'PutSecretValue'])(
    'can run again after a run that was denied %s',
    async (action) => {
      account.denied.add(action);
      const { exitCode, errors } = await run();
      const before = account.secret;
      account.denied.clear();
      const again = await run();

      expect(exitCode).toBe(2);
      expect(errors).toMatch(new RegExp(`^Access denied. Fix: allow [\\w-]+:${action} on arn:aws:.*\\.\n$`));
      expect(before).toContain('generated');
      expect([again.exitCode, again.errors, account.canSignIn()]).toEqual([0, '', true]);
    },
  );

  it.each([
    ['another tenant', { 'custom:tenant': 'acme' }, 'got acme'],
    ['no tenant', {}, 'got none'],
  ])('does not change a user of %s', async (_, attributes, got) => {
    const user = account.pool.add(USER, attributes);
    const { exitCode, errors } = await run();

    expect(exitCode).toBe(2);
    expect(errors).toBe(
      `The user ${USER} must have the tenant canary, ${got}. It was not changed. Fix: set another username in the secret ${SECRET}, or delete the user.\n`,
    );
    expect(account.pool.users.get(USER)).toBe(user);
    expect(account.calls).not.toContain('AdminDeleteUser');
  });

  it.each([
    ['no value', undefined],
    ['a value that is not JSON', 'password'],
    ['JSON without a user name', '{}'],
    ['JSON that is not an object', 'null'],
  ])('names the user after the HTTP lane if the secret has %s', async (_, secret) => {
    account.secret = secret;

    expect((await run()).exitCode).toBe(0);
    expect(JSON.parse(account.secret ?? '')).toMatchObject({ username: USER });
  });

  it('uses the user name in the secret', async () => {
    account.secret = '{"username":"probe@example.com"}';

    expect((await run()).exitCode).toBe(0);
    expect([...account.pool.users.keys()]).toEqual(['probe@example.com']);
    expect(account.canSignIn()).toBe(true);
  });

  it('reports that the clock of the machine is wrong if Cognito refuses the code', async () => {
    const { exitCode, errors } = await run(undefined, () => Date.now() + 3_600_000);

    expect([exitCode, errors]).toEqual([
      2,
      'Cognito refused the code of the software token. Fix: check the clock of this machine, and run the command again.\n',
    ]);
    expect(account.secret).toContain('generated');
  });

  it('reports a client that does not allow the sign-in of the canary', async () => {
    account.pool.allowsAdminSignIn = false;

    expect(await run()).toMatchObject({
      exitCode: 2,
      errors: `The app client ${CLIENT} must allow ALLOW_ADMIN_USER_PASSWORD_AUTH. Fix: deploy the stack with operation.canary, which allows it, and run the command again.\n`,
    });
  });

  it('reports a user pool that does not require MFA', async () => {
    account.pool.requiresMfa = false;

    expect((await run()).errors).toMatch(/^The user pool must require MFA .*got a sign-in without MFA\. Fix: /);
  });

  it.each(RegionInfo.regions.map(({ name, domainSuffix, partition }) => [name, domainSuffix, partition]))(
    'finds the user pool of a stack in %s',
    (region, domain, partition) => {
      const values = {
        ...OUTPUTS,
        TokenIssuer: `https://cognito-idp.${region}.${domain}/${region}_12345678a`,
        CanarySecretArn: `arn:${partition}:secretsmanager:${region}:111122223333:secret:canary-AbCdEf`,
      };
      expect(planOf({ stack: STACK, values })).toMatchObject({
        userPoolId: `${region}_12345678a`,
        userPoolArn: `arn:${partition}:cognito-idp:${region}:111122223333:userpool/${region}_12345678a`,
        region,
      });
    },
  );

  const refused: [string, string, Partial<typeof OUTPUTS>, string][] = [
    ['no canary', 'CanarySecretArn', {}, 'Fix: set operation.canary'],
    ['no authentication', 'TokenIssuer', {}, 'needs no user. Fix: omit this command.'],
    [
      'another issuer',
      '',
      { TokenIssuer: 'https://login.example.com/' },
      '--secret-string \'{"tokenUrl":"...","clientId"',
    ],
  ];
  it.each(refused)('changes nothing in a stack with %s, and says what to do', async (_, without, changed, fix) => {
    account.outputs = { ...OUTPUTS, ...(without && { [without]: undefined }), ...changed };
    const { exitCode, errors } = await run();

    expect(exitCode).toBe(2);
    expect(errors).toContain(fix);
    expect(account.calls).toEqual(['DescribeStacks']);
  });

  it('changes nothing in a user pool that is not a resource of the stack, and says what to do', async () => {
    account.resources = [['lane-table'], ['us-east-1_another11']];
    const { exitCode, errors } = await run();

    expect(exitCode).toBe(2);
    expect(errors).toMatch(/^The user pool us-east-1_12345678a must be a resource of the stack .* Fix: create a user /);
    expect(errors).toContain(
      `--secret-id ${SECRET} --secret-string '{"username":"...","password":"...","totpSecret":"..."}'`,
    );
    expect(account.calls).toEqual(['DescribeStacks', 'ListStackResources', 'ListStackResources']);
  });

  it('reports an unknown stack', async () => {
    expect(await run(['--stack', 'Twinlane-test'])).toMatchObject({
      exitCode: 2,
      errors: 'The stack Twinlane-test does not exist in us-east-1. Fix: check its name, the Region and the account.\n',
    });
  });

  it.each([
    [{ MfaConfiguration: 'OFF' }, 'got MFA OFF.'],
    [{}, 'got MFA OFF.'],
    [{ MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } }, 'got MFA OPTIONAL.'],
    [{ MfaConfiguration: 'ON' }, 'got MFA without software tokens.'],
  ])('changes nothing in a user pool with %j, and says what to do', async (config, got) => {
    await run();
    const before = account.pool.users.get(USER);
    account.calls.length = 0;
    account.pool.mfaConfig = config;
    const { exitCode, errors } = await run();

    expect(exitCode).toBe(2);
    expect(errors).toBe(
      `The user pool must require MFA with a software token, ${got} Fix: require it in the user pool, and run the command again.\n`,
    );
    expect(account.pool.users.get(USER)).toBe(before);
    expect(account.calls).toEqual([
      'DescribeStacks',
      'ListStackResources',
      'ListStackResources',
      'GetUserPoolMfaConfig',
    ]);
  });

  it('changes nothing in a stack whose URL is none, and says so in one line', async () => {
    account.outputs = { ...OUTPUTS, HttpUrl: 'nonsense' };

    expect(await run()).toMatchObject({
      exitCode: 2,
      errors: `The stack ${STACK} must have the output HttpUrl with a URL, got nonsense. Fix: check its name.\n`,
    });
  });

  it.each(['', 'us east', 'us-east-1a', 'US-EAST-1'])('refuses the Region %j in one line', async (region) => {
    const { exitCode, errors } = await run(['--stack', STACK, '--region', region]);

    expect(exitCode).toBe(2);
    expect(errors).toContain(
      `error: --region must be the name of a Region, got ${JSON.stringify(region)}. Fix: use a name such as us-east-1\n`,
    );
    expect(account.calls).toEqual([]);
  });

  it('reports an invalid Region of the environment in one line', async () => {
    process.env.AWS_REGION = 'us east';

    expect(await run()).toMatchObject({
      exitCode: 2,
      errors: 'The Region is not the name of one. Fix: pass --region or set AWS_REGION, such as us-east-1.\n',
    });
  });

  it('reports an answer that is not from AWS in one line', async () => {
    account.answeredByProxy.add('GetSecretValue');

    expect(await run()).toMatchObject({
      exitCode: 2,
      errors:
        'The answer to secretsmanager:GetSecretValue is not from AWS. Fix: check AWS_ENDPOINT_URL and the proxy.\n',
    });
  });

  it('requires the name of a stack', async () => {
    expect(await run([])).toMatchObject({
      exitCode: 2,
      printed: '',
      errors: expect.stringMatching(/^error: no stack given\. Fix: pass --stack NAME\n/),
    });
    expect(account.calls).toEqual([]);
  });

  it('lists in its help exactly the permissions of the calls that it makes', async () => {
    await run();
    await run();
    const terminal = recordingTerminal();
    await command(['--help'], terminal);
    const listed = [...terminal.printed().matchAll(/^ {2}(?:cloudformation|secretsmanager|cognito-idp):(\w+)/gm)];
    const unsigned = ['AssociateSoftwareToken', 'VerifySoftwareToken'];

    expect(listed.map(([, action]) => action).sort()).toEqual(
      [...new Set(account.calls)].filter((action) => !unsigned.includes(action)).sort(),
    );
  });
});
