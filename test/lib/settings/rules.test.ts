import { problemsOf } from './problems-of';

const ARN = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b';
const OIDC = { type: 'oidc', issuer: 'https://login.example.com/', audience: 'shop' };

describe('Availability Zones', () => {
  test('must be at least two', () => {
    expect(problemsOf({ availabilityZones: ['us-east-1a'] })).toEqual([
      {
        path: 'twinlane.dev.availabilityZones',
        value: ['us-east-1a'],
        rule: 'must have at least two Availability Zones',
        fix: 'add another zone of the Region',
      },
    ]);
  });

  test('must be in the Region', () => {
    expect(problemsOf({ region: 'eu-west-1', availabilityZones: ['us-east-1a', 'eu-west-1b'] })).toEqual([
      {
        path: 'twinlane.dev.availabilityZones[0]',
        value: 'us-east-1a',
        rule: 'must be a zone of the Region eu-west-1',
        fix: 'use "eu-west-1a", if the Region has it, or set region to "us-east-1"',
      },
    ]);
  });

  test('are compared with the Region, and a name that is not a Region is not suggested', () => {
    expect(problemsOf({ availabilityZones: ['us-est-1a', 'us-east-1b'] })).toEqual([
      expect.objectContaining({ fix: 'use "us-east-1a", if the Region has it' }),
    ]);
  });

  test('must be named once', () => {
    expect(problemsOf({ availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1a'] })).toEqual([
      {
        path: 'twinlane.dev.availabilityZones[2]',
        value: 'us-east-1a',
        rule: 'must be in the list only once',
        fix: 'remove it: it repeats [0]',
      },
    ]);
  });

  test('must end with a letter that has addresses, unless the VPC exists', () => {
    const availabilityZones = ['us-east-1a', 'us-east-1p'];
    expect(problemsOf({ availabilityZones })).toEqual([
      {
        path: 'twinlane.dev.availabilityZones[1]',
        value: 'us-east-1p',
        rule: 'must end with a letter from a to o, because its subnets have the addresses of that letter',
        fix: 'use another zone, such as "us-east-1a", or set network to use an existing VPC',
      },
    ]);
    const network = {
      vpcId: 'vpc-aaaaaaaa',
      publicSubnetIds: ['subnet-aaaaaaaa', 'subnet-bbbbbbbb'],
      assignPublicIp: true,
    };
    expect(problemsOf({ availabilityZones, network })).toEqual([]);
  });

  test('are reported individually if another one is not a zone', () => {
    expect(problemsOf({ availabilityZones: ['zone', 'eu-west-1a'] }).map(({ path }) => path)).toEqual([
      'twinlane.dev.availabilityZones[0]',
      'twinlane.dev.availabilityZones[1]',
    ]);
  });
});

describe('Hosts', () => {
  test('must be in the hosted zone', () => {
    expect(problemsOf({ 'hosts.http': 'api.example.org' })).toEqual([
      {
        path: 'twinlane.dev.hosts.http',
        value: 'api.example.org',
        rule: 'must be in the hosted zone example.com',
        fix: 'use "api.example.com", or set hostedZone to the zone that contains api.example.org',
      },
    ]);
  });

  test('can be in any domain without a hosted zone, with a certificate that exists', () => {
    const certificate = { arn: ARN, names: ['api.example.org', 'ws.dev.example.com'] };
    expect(problemsOf({ hostedZone: undefined, 'hosts.http': 'api.example.org', certificate })).toEqual([]);
  });

  test('need a hosted zone or a certificate', () => {
    expect(problemsOf({ hostedZone: undefined })).toEqual([
      {
        path: 'twinlane.dev.hostedZone',
        value: undefined,
        rule: 'is required without certificate, because ACM validates a new certificate by records in the zone',
        fix: 'add "hostedZone": { "id": "Z0123456789EXAMPLE", "name": "example.com" }, or if DNS is elsewhere, add certificate: docs/guides/dns-elsewhere.md',
      },
    ]);
  });

  test.each([
    ['a hosted zone of another type', { hostedZone: 'example.com' }, 'twinlane.dev.hostedZone'],
    ['a certificate of another type', { hostedZone: undefined, certificate: ARN }, 'twinlane.dev.certificate'],
    ['a mistyped name', { hostedZone: undefined, hostedzone: {} }, 'twinlane.dev.hostedzone'],
  ])('are not reported to need a hosted zone beside the problem of %s', (_, changed, path) => {
    expect(problemsOf(changed).map((problem) => problem.path)).toEqual([path]);
  });

  test.each([
    ['must cover api.dev.example.com', { arn: ARN, names: ['ws.dev.example.com'] }],
    [
      'must be in the Region of the stack',
      { arn: ARN.replace('us-east-1', 'eu-west-1'), names: ['*.dev.example.com'] },
    ],
  ])(
    'whose certificate %s need another one, because none can be created without a hosted zone',
    (rule, certificate) => {
      const problems = problemsOf({ hostedZone: undefined, certificate });
      expect(problems).toMatchObject([
        {
          rule: expect.stringContaining(rule),
          fix: expect.stringMatching(/^(use|request) a certificate (\S+ ){1,3}\S+$/),
        },
      ]);
    },
  );

  test('can be the name of the hosted zone', () => {
    expect(problemsOf({ 'hosts.http': 'example.com' })).toEqual([]);
  });

  test('must be short enough for the first name of a certificate, unless the certificate exists', () => {
    const http = `${'a'.repeat(49)}.dev.example.com`;
    expect(problemsOf({ 'hosts.http': http })).toEqual([
      {
        path: 'twinlane.dev.hosts.http',
        value: http,
        rule: 'must have at most 64 characters, like the first name of any certificate that ACM creates',
        fix: 'use a shorter name, or set certificate to one that exists',
      },
    ]);
    expect(problemsOf({ 'hosts.http': http.slice(1) })).toEqual([]);
    expect(problemsOf({ 'hosts.http': http, certificate: { arn: ARN, names: ['*.dev.example.com'] } })).toEqual([]);
  });

  test('must differ', () => {
    expect(problemsOf({ 'hosts.websocket': 'api.dev.example.com' })).toEqual([
      {
        path: 'twinlane.dev.hosts.websocket',
        value: 'api.dev.example.com',
        rule: 'must differ from hosts.http',
        fix: 'use two host names, such as "api.example.com" and "ws.example.com"',
      },
    ]);
  });

  test('are compared with the hosted zone even if all other settings are wrong', () => {
    const problems = problemsOf({
      'hosts.http': 'api.example.org',
      'hosts.websocket': 7,
      region: 'x',
      capacity: [],
      hostz: {},
    });
    expect(problems.map(({ path }) => path).sort()).toEqual([
      'twinlane.dev.capacity',
      'twinlane.dev.hosts.http',
      'twinlane.dev.hosts.websocket',
      'twinlane.dev.hostz',
      'twinlane.dev.region',
    ]);
  });
});

describe('A certificate', () => {
  test('of the Region, the account and both hosts is accepted', () => {
    expect(problemsOf({ account: '123456789012', certificate: { arn: ARN, names: ['*.dev.example.com'] } })).toEqual(
      [],
    );
  });

  test('must be in the Region of the stack', () => {
    const arn = ARN.replace('us-east-1', 'eu-west-1');
    expect(problemsOf({ certificate: { arn, names: ['*.dev.example.com'] } })).toEqual([
      {
        path: 'twinlane.dev.certificate.arn',
        value: arn,
        rule: 'must be in the Region of the stack, us-east-1',
        fix: 'request a certificate in us-east-1, or remove the certificate block to have one created',
      },
    ]);
  });

  test('must have the partition of the Region in its ARN', () => {
    const china = { region: 'cn-north-1', availabilityZones: ['cn-north-1a', 'cn-north-1b'], authentication: OIDC };
    const arn = ARN.replace('us-east-1', 'cn-north-1');
    expect(problemsOf({ ...china, certificate: { arn, names: ['*.dev.example.com'] } })).toEqual([
      {
        path: 'twinlane.dev.certificate.arn',
        value: arn,
        rule: 'must be in the partition of the Region cn-north-1, aws-cn',
        fix: 'use the ARN as ACM shows it: "arn:aws-cn:acm:cn-north-1:123456789012:certificate/0a1b"',
      },
    ]);
  });

  test('must be in the account of the stack', () => {
    expect(problemsOf({ account: '210987654321', certificate: { arn: ARN, names: ['*.dev.example.com'] } })).toEqual([
      {
        path: 'twinlane.dev.certificate.arn',
        value: ARN,
        rule: 'must be in the account of the stack, 210987654321',
        fix: 'request a certificate in 210987654321, or remove the certificate block to have one created',
      },
    ]);
  });

  test('must cover both hosts', () => {
    const names = ['dev.example.com', 'api.dev.example.com'];
    expect(problemsOf({ certificate: { arn: ARN, names } })).toEqual([
      {
        path: 'twinlane.dev.certificate.names',
        value: names,
        rule: 'must cover ws.dev.example.com (a wildcard matches one label)',
        fix: 'use a certificate that covers ws.dev.example.com, or remove the certificate block to have one created',
      },
    ]);
  });

  test('with a mistyped name has one problem: that name', () => {
    expect(problemsOf({ certificate: { arn: ARN, names: ['*dev.example.com'] } }).map(({ path }) => path)).toEqual([
      'twinlane.dev.certificate.names[0]',
    ]);
  });
});

describe('Allowed origins', () => {
  test('must be at least one', () => {
    expect(problemsOf({ allowedOrigins: [] })).toEqual([
      {
        path: 'twinlane.dev.allowedOrigins',
        value: [],
        rule: 'must have at least one origin',
        fix: 'add the origin of the site that uses the API, such as "https://app.example.com"',
      },
    ]);
  });

  test('must fit in the environment of a function', () => {
    const allowedOrigins = Array.from({ length: 200 }, (_, index) => `https://${index}.example.com`);
    expect(problemsOf({ allowedOrigins })).toEqual([
      {
        path: 'twinlane.dev.allowedOrigins',
        value: 4689,
        rule: 'must have at most 3000 characters in total, which fit in the environment of a function',
        fix: 'remove origins that are not used',
      },
    ]);
    expect(problemsOf({ allowedOrigins: allowedOrigins.slice(0, 100) })).toEqual([]);
  });

  test('must be listed once', () => {
    expect(problemsOf({ allowedOrigins: ['https://app.example.com', 'https://app.example.com'] })).toEqual([
      expect.objectContaining({ path: 'twinlane.dev.allowedOrigins[1]', fix: 'remove it: it repeats [0]' }),
    ]);
  });
});

describe('Authentication', () => {
  const problems = (authentication: object) =>
    problemsOf({ authentication }).map(({ path, rule }) => `${path} ${rule}`);

  test.each([{ type: 'cognito' }, undefined])('is not by Cognito in China, which has no user pools: %j', (value) => {
    const china = { region: 'cn-north-1', availabilityZones: ['cn-north-1a', 'cn-north-1b'] };
    expect(problemsOf({ ...china, authentication: value })).toEqual([
      {
        path: 'twinlane.dev.authentication.type',
        value: value?.type,
        rule: 'must not be "cognito", the default, in cn-north-1, where Amazon Cognito has no user pools',
        fix: 'set it to "oidc", with the issuer and the audience of your tokens',
      },
    ]);
    expect(problemsOf({ ...china, authentication: OIDC })).toEqual([]);
  });

  test('of the type oidc requires issuer and audience', () => {
    expect(problems({ type: 'oidc' })).toEqual([
      'twinlane.dev.authentication.issuer is required if type is "oidc"',
      'twinlane.dev.authentication.audience is required if type is "oidc"',
    ]);
  });

  test('of the type oidc can have the URL of the keys', () => {
    const oidc = { type: 'oidc', issuer: 'https://sso.example.com/realms/shop', audience: 'shop-api' };
    expect(problems(oidc)).toEqual([]);
    expect(problems({ ...oidc, keysUrl: 'https://sso.example.com/keys?version=2' })).toEqual([]);
    expect(problems({ ...oidc, keysUrl: 'http://sso.example.com/keys' })).toEqual([
      'twinlane.dev.authentication.keysUrl must be the https URL of a key set, without a user and a fragment',
    ]);
  });

  test.each(['cognito', 'oidc'])('of the type %s can have rules for scopes', (type) => {
    const issuer = type === 'oidc' ? OIDC : { type };
    expect(problems({ ...issuer, requireScopes: true, scopePrefix: 'https://api.example.com/' })).toEqual([]);
    expect(problems({ ...issuer, requireScopes: 'true', scopePrefix: 'api' })).toEqual([
      'twinlane.dev.authentication.requireScopes must be true or false',
      'twinlane.dev.authentication.scopePrefix must be the text before the scopes, with the separator at its end and without white space',
    ]);
  });

  test.each(['', 'a\u0000', '${Token[TOKEN.1]}'])('of the type oidc cannot have the audience %j', (audience) => {
    expect(problems({ ...OIDC, audience })).toEqual([
      'twinlane.dev.authentication.audience must be the claim aud of the tokens, as one string without control characters',
    ]);
  });

  test('of another type has none of them', () => {
    expect(problems({ type: 'none', audience: 'a', keysUrl: 'https://login.example.com/keys' })).toEqual([
      'twinlane.dev.authentication.audience must not be set if type is "none"',
      'twinlane.dev.authentication.keysUrl must not be set if type is "none"',
    ]);
  });

  test('with an audience of the wrong type has one problem, not also a missing audience', () => {
    expect(problems({ type: 'oidc', issuer: 'https://login.example.com/', audience: ['a', 'b'] })).toEqual([
      'twinlane.dev.authentication.audience must be the claim aud of the tokens, as one string without control characters',
    ]);
  });
});

describe('The topic of the alarms', () => {
  const problemsWith = (alarmTopicArn: string, place: object = {}) =>
    problemsOf({ ...place, operation: { alarmTopicArn } });

  test('must be in the Region of the stack, and is not compared with its account', () => {
    expect(problemsWith('arn:aws:sns:us-east-1:210987654321:alarms', { account: '123456789012' })).toEqual([]);
  });

  test('must not be in another Region, because CloudWatch cannot notify it', () => {
    expect(problemsWith('arn:aws:sns:eu-west-1:123456789012:alarms')).toEqual([
      {
        path: 'twinlane.dev.operation.alarmTopicArn',
        value: 'arn:aws:sns:eu-west-1:123456789012:alarms',
        rule: 'must be in the Region of the stack, us-east-1',
        fix: 'use a topic in us-east-1, or remove alarmTopicArn to have one created',
      },
    ]);
  });

  test('must be in the partition of the Region', () => {
    expect(problemsWith('arn:aws-cn:sns:us-east-1:123456789012:alarms')).toEqual([
      {
        path: 'twinlane.dev.operation.alarmTopicArn',
        value: 'arn:aws-cn:sns:us-east-1:123456789012:alarms',
        rule: 'must be in the partition of the Region us-east-1, aws',
        fix: 'use the ARN as SNS shows it: "arn:aws:sns:us-east-1:123456789012:alarms"',
      },
    ]);
  });

  test('that is not an ARN has one problem, and so has a Region that does not exist', () => {
    expect(problemsWith('alarms').map(({ path }) => path)).toEqual(['twinlane.dev.operation.alarmTopicArn']);
    const problems = problemsWith('arn:aws:sns:eu-west-1:123456789012:alarms', { region: 'us-est-1' });
    expect(problems.map(({ path }) => path)).not.toContain('twinlane.dev.operation.alarmTopicArn');
  });
});

describe('The canary', () => {
  const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:canary-AbCdEf';
  const oidc = { type: 'oidc', issuer: 'https://login.example.com/', audience: 'a' };
  const problemsWith = (canary: unknown, values: object = {}) => problemsOf({ ...values, operation: { canary } });

  test('can be an empty block, and a canary of CloudWatch Synthetics', () => {
    expect(problemsWith({})).toEqual([]);
    expect(problemsWith({ type: 'scheduled', everyMinutes: 60 })).toEqual([]);
    expect(problemsWith({ type: 'synthetics', runtime: 'syn-nodejs-5.4', everyMinutes: 1 })).toEqual([]);
    expect(problemsWith({ credentialsSecretArn: SECRET })).toEqual([]);
  });

  test.each([[{}], [{ type: 'scheduled' }]])('with a schedule, %j, must not have a runtime of Synthetics', (type) => {
    expect(problemsWith({ ...type, runtime: 'syn-nodejs-5.4' })).toEqual([
      {
        path: 'twinlane.dev.operation.canary.runtime',
        value: 'syn-nodejs-5.4',
        rule: `must not be set if operation.canary.type is "scheduled"${'type' in type ? '' : ', the default'}`,
        fix: 'remove it, or set operation.canary.type to "synthetics"',
      },
    ]);
  });

  test('with a mistyped type has one problem, and not also its runtime', () => {
    const problems = problemsWith({ type: 'synthetic', runtime: 'syn-nodejs-5.4' });
    expect(problems.map(({ path, fix }) => [path, fix])).toEqual([
      ['twinlane.dev.operation.canary.type', 'use "synthetics"'],
    ]);
  });

  test('needs credentials for an issuer that is not a user pool', () => {
    expect(problemsWith({}, { authentication: oidc })).toEqual([
      {
        path: 'twinlane.dev.operation.canary.credentialsSecretArn',
        value: undefined,
        rule: 'is required if authentication.type is "oidc", because the canary signs in as a client of the issuer',
        fix: 'create a secret with tokenUrl, clientId and clientSecret, and set it to the ARN, or remove operation.canary',
      },
    ]);
    expect(problemsWith({ credentialsSecretArn: SECRET }, { authentication: oidc })).toEqual([]);
    expect(problemsOf({ operation: {}, authentication: oidc })).toEqual([]);
  });

  test.each([
    ['mistyped', { credentialSecretArn: SECRET }, 'credentialSecretArn'],
    ['no ARN', { credentialsSecretArn: 'canary' }, 'credentialsSecretArn'],
  ])('with credentials that are %s has one problem, and not also missing credentials', (_what, canary, key) => {
    const problems = problemsWith(canary, { authentication: oidc });
    expect(problems.map(({ path }) => path)).toEqual([`twinlane.dev.operation.canary.${key}`]);
  });

  test('must not have credentials without authentication, and has one problem also if they are of another Region', () => {
    for (const arn of [SECRET, SECRET.replace('us-east-1', 'eu-west-1')]) {
      expect(problemsWith({ credentialsSecretArn: arn }, { authentication: { type: 'none' } })).toEqual([
        {
          path: 'twinlane.dev.operation.canary.credentialsSecretArn',
          value: arn,
          rule: 'must not be set if authentication.type is "none", because the canary does not sign in',
          fix: 'remove it, or set authentication.type to "oidc" or "cognito"',
        },
      ]);
    }
    expect(problemsWith({}, { authentication: { type: 'none' } })).toEqual([]);
  });

  test('with an authentication that is no block has no problem of credentials', () => {
    const problems = problemsWith({ credentialsSecretArn: SECRET }, { authentication: 'oidc' });
    expect(problems.map(({ path }) => path)).toEqual(['twinlane.dev.authentication']);
  });

  test('must have a secret of the Region of the stack, and can have one of another account', () => {
    const arn = SECRET.replace('us-east-1', 'eu-west-1');
    expect(problemsWith({ credentialsSecretArn: arn })).toEqual([
      {
        path: 'twinlane.dev.operation.canary.credentialsSecretArn',
        value: arn,
        rule: 'must be in the Region of the stack, us-east-1',
        fix: 'replicate the secret to us-east-1, and use the ARN of the replica',
      },
    ]);
    expect(problemsWith({ credentialsSecretArn: SECRET }, { account: '210987654321' })).toEqual([]);
  });

  test.each([
    [{}, 76],
    [{ everyMinutes: 2 }, 76],
    [{ everyMinutes: 1 }, 152],
  ])('%j must be able to send its requests through the web ACL, %i in a minute', (canary, least) => {
    expect(problemsWith(canary, { webAcl: { rateLimit: least } })).toEqual([]);
    expect(problemsOf({ webAcl: { rateLimit: 10 }, operation: {} })).toEqual([]);
    expect(problemsWith(canary, { webAcl: { rateLimit: least - 1 } })).toEqual([
      {
        path: 'twinlane.dev.webAcl.rateLimit',
        value: least - 1,
        rule: `must be at least ${least} with operation.canary, which sends that many requests within a minute from one address`,
        fix: `set it to ${least} or more, or remove operation.canary`,
      },
    ]);
  });

  test('must have a secret of the partition of the Region', () => {
    const arn = SECRET.replace('arn:aws:', 'arn:aws-cn:');
    expect(problemsWith({ credentialsSecretArn: arn })).toEqual([
      {
        path: 'twinlane.dev.operation.canary.credentialsSecretArn',
        value: arn,
        rule: 'must be in the partition of the Region us-east-1, aws',
        fix: `use the ARN as Secrets Manager shows it: "${SECRET}"`,
      },
    ]);
  });
});

test('Deletion protection must not be set if everything is deleted with the stack', () => {
  expect(problemsOf({ removalPolicy: 'destroy', deletionProtection: true })).toEqual([
    {
      path: 'twinlane.dev.deletionProtection',
      value: true,
      rule: 'must not be true if removalPolicy is "destroy"',
      fix: 'remove it, or set removalPolicy to "retain"',
    },
  ]);
  expect(problemsOf({ removalPolicy: 'retain', deletionProtection: true })).toEqual([]);
  expect(problemsOf({ removalPolicy: 'destroy', deletionProtection: false })).toEqual([]);
});

test('The logging role of API Gateway must not be created for a WebSocket lane with servers', () => {
  const servers = { 'capacity.websocket': { type: 'servers', minTasks: 2, maxTasks: 4, cpu: 256, memoryMiB: 512 } };
  expect(problemsOf({ ...servers, accountLoggingRole: true })).toEqual([
    {
      path: 'twinlane.dev.accountLoggingRole',
      value: true,
      rule: 'must not be true if capacity.websocket.type is "servers", because only API Gateway uses that role',
      fix: 'remove it, or set capacity.websocket.type to "apiGateway"',
    },
  ]);
  expect(problemsOf({ ...servers, accountLoggingRole: false })).toEqual([]);
});
