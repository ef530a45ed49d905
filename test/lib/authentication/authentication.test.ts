import { Fn, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import {
  ClientAttributes,
  type IUserPool,
  type IUserPoolClient,
  UserPool,
  UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { costOf } from '../../../lambda/realtime/frame-cost';
import { Limit } from '../../../client/protocol';
import { addOutputs } from '../../../lib/add-outputs';
import { Admission } from '../../../lib/authentication/admission';
import { Authentication, type OidcAuthenticationProps } from '../../../lib/authentication/authentication';
import { Egress } from '../../../lib/network/egress';
import { HttpCompute } from '../../../lib/http-lane/http-compute';
import { LaneNetwork } from '../../../lib/network/lane-network';
import { retentionOf } from '../../../lib/storage/retention';
import { admission, exampleFargate, httpLane, twinlane } from '../lanes';
import { synthesisError, testApp, testStack } from '../synthesized';

// Tests that expect a warning read it from the annotations.
jest.spyOn(console, 'error').mockImplementation();

const OIDC = { issuer: 'https://login.example.com/', audience: 'https://api.example.com' };

describe('authentication by Cognito, the default,', () => {
  const stack = testStack();
  const who = new Admission(stack, 'Admission');
  const template = Template.fromStack(stack);
  const [pool] = Object.keys(template.findResources('AWS::Cognito::UserPool'));
  const [client] = Object.keys(template.findResources('AWS::Cognito::UserPoolClient'));

  test('creates a user pool without self-registration and with a required second factor', () => {
    template.hasResource('AWS::Cognito::UserPool', {
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: {
        AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
        MfaConfiguration: 'ON',
        EnabledMfas: ['SOFTWARE_TOKEN_MFA'],
        DeletionProtection: 'INACTIVE',
      },
    });
  });

  test('creates a client without a secret that signs in by SRP only, and reads the tenant but cannot write it', () => {
    const { Properties } = template.findResources('AWS::Cognito::UserPoolClient')[client ?? ''] ?? {};
    expect(Properties).toMatchObject({
      GenerateSecret: false,
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
      EnableTokenRevocation: true,
      WriteAttributes: expect.not.arrayContaining(['custom:tenant']),
      ReadAttributes: ['custom:tenant', 'email', 'email_verified', 'family_name', 'given_name', 'locale'],
    });
    expect(Properties.WriteAttributes.length).toBeGreaterThan(0);
  });

  test('has a client that also allows a sign-in with a password and AWS credentials if something in the stack needs it', () => {
    const there = testStack();
    const config = Authentication.cognito().bind(there, retentionOf({}));
    config?.userPool?.allowAdminUserPassword?.();
    config?.userPool?.allowAdminUserPassword?.();
    Template.fromStack(there).hasResourceProperties('AWS::Cognito::UserPoolClient', {
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH'],
    });
  });

  test('accepts the tokens of its user pool, with the tenant that an administrator sets', () => {
    const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${pool}`;
    const rules = stack.resolve(who.serviceEnvironment.TOKEN_RULES);
    const text = rules['Fn::Join'][1].map((part: string | { Ref: string }) =>
      typeof part === 'string' ? part : part.Ref,
    );
    expect(JSON.parse(text.join(''))).toEqual({
      issuer,
      audience: client,
      isCognito: true,
      keysUrl: `${issuer}/.well-known/jwks.json`,
      algorithms: ['RS256'],
      tenantClaim: 'custom:tenant',
      requireScopes: false,
    });
  });

  test.each([
    ['eu-west-1', 'https://cognito-idp.eu-west-1.amazonaws.com/'],
    ['us-gov-west-1', 'https://cognito-idp.us-gov-west-1.amazonaws.com/'],
    ['eusc-de-east-1', 'https://cognito-idp.eusc-de-east-1.amazonaws.eu/'],
  ])('has the issuer of the partition in %s', (region, issuer) => {
    const there = new Stack(testApp(), 'There', { env: { region } });
    expect(JSON.stringify(there.resolve(new Admission(there, 'Admission').serviceEnvironment))).toContain(issuer);
  });

  test('has the issuer of the partition of the deployment in a stack without a Region', () => {
    const anywhere = new Stack(testApp(), 'Anywhere');
    const rules = JSON.stringify(anywhere.resolve(new Admission(anywhere, 'Admission').serviceEnvironment));
    expect(rules).toContain('{"Ref":"AWS::URLSuffix"}');
  });

  test('is rejected in China, which has no user pools', () => {
    const app = testApp();
    new Admission(new Stack(app, 'China', { env: { region: 'cn-north-1' } }), 'Admission');
    expect(() => app.synth()).toThrow(
      '[China/Admission] authentication must be an OIDC issuer in cn-north-1, where Amazon Cognito has no user pools, got Authentication.cognito(). Fix: use Authentication.oidc({ issuer, audience })',
    );
  });

  test('passes the rules for scopes to the service', () => {
    const authentication = Authentication.cognito({ requireScopes: true, scopePrefix: 'api/' });
    expect(authentication.bind(testStack(), retentionOf({}))?.tokens).toMatchObject({
      requireScopes: true,
      scopePrefix: 'api/',
    });
  });

  test('rejects a prefix of scopes without its separator', () => {
    const authentication = Authentication.cognito({ scopePrefix: 'api' });
    expect(synthesisError((stack) => admission(stack, { authentication }))).toContain(
      'authentication.scopePrefix must be the text before the scopes, with the separator at its end and without white space, got "api". Fix:',
    );
  });

  test('can use an existing user pool', () => {
    const imported = testStack();
    const userPool = UserPool.fromUserPoolId(imported, 'Pool', 'us-east-1_abc');
    const authentication = Authentication.userPool(userPool, userPool.addClient('Client'), { tenantClaim: 'tenant' });
    new Admission(imported, 'Admission', { authentication });
    Template.fromStack(imported).resourceCountIs('AWS::Cognito::UserPool', 0);
  });
});

describe('the warning of an app client that can write the tenant', () => {
  /** Warnings of an app with an existing pool and this client. */
  function warningsWith(clientOf: (userPool: IUserPool) => IUserPoolClient, tenantClaim?: string) {
    const stack = testStack();
    const userPool = UserPool.fromUserPoolId(stack, 'Pool', 'us-east-1_abc');
    const authentication = Authentication.userPool(userPool, clientOf(userPool), {
      ...(tenantClaim && { tenantClaim }),
    });
    new Admission(stack, 'Admission', { authentication });
    const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('write access'));
    return warnings.map(({ entry }) => entry.data);
  }
  const writing = (writeAttributes: ClientAttributes) => (userPool: IUserPool) =>
    userPool.addClient('Client', { writeAttributes });

  test('is printed for a client without writeAttributes', () => {
    expect(warningsWith((userPool) => userPool.addClient('Client'))).toEqual([
      expect.stringMatching(
        /Test\/Pool\/Client.* custom:tenant, got writeAttributes undefined.* Fix: set writeAttributes/,
      ),
    ]);
  });

  test('is printed for a client whose writeAttributes contain the tenant', () => {
    const attributes = new ClientAttributes().withCustomAttributes('tenant');
    expect(warningsWith(writing(attributes))).toEqual([
      expect.stringContaining('got writeAttributes ["custom:tenant"]'),
    ]);
  });

  test.each(['email', 'custom:org', 'given_name', 'nickname'])('is printed for the tenant claim %s', (claim) => {
    expect(warningsWith((userPool) => userPool.addClient('Client'), claim)).toHaveLength(1);
  });

  test('is not printed for a client that can write other attributes only', () => {
    expect(warningsWith(writing(new ClientAttributes().withStandardAttributes({ locale: true })))).toEqual([]);
  });

  test.each(['tenant', 'sub', 'cognito:groups', 'client_id'])(
    'is not printed for the tenant claim %s, which is no attribute',
    (claim) => {
      expect(warningsWith((userPool) => userPool.addClient('Client'), claim)).toEqual([]);
    },
  );

  test('is not printed for an imported client, whose attributes are unknown', () => {
    expect(warningsWith((pool) => UserPoolClient.fromUserPoolClientId(pool, 'Client', 'abc'))).toEqual([]);
  });

  test('is not printed for the user pool of the stack', () => {
    const stack = testStack();
    new Admission(stack, 'Admission');
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('write access'));
  });
});

describe('authentication by another issuer', () => {
  const rulesOf = (props: OidcAuthenticationProps) =>
    Authentication.oidc(props).bind(testStack(), retentionOf({}))?.tokens;

  test('lets the service discover the URL of the keys by default', () => {
    const stack = testStack();
    const who = admission(stack, { authentication: Authentication.oidc(OIDC) });
    expect(JSON.parse(stack.resolve(who.serviceEnvironment.TOKEN_RULES))).toEqual({
      ...OIDC,
      isCognito: false,
      algorithms: ['RS256', 'ES256'],
      tenantClaim: 'tenant',
      requireScopes: true,
    });
  });

  test('passes the URL of the keys, the algorithms, the name of the claim and the rules for scopes to the service', () => {
    const keysUrl = 'https://login.example.com/keys?version=2';
    const props: OidcAuthenticationProps = {
      ...OIDC,
      keysUrl,
      algorithms: ['ES256'],
      tenantClaim: 'org',
      scopePrefix: 'https://api.example.com/',
      requireScopes: false,
    };
    expect(rulesOf(props)).toEqual({ ...props, isCognito: false });
  });

  test.each([
    ['https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc', true],
    ['https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_abc', true],
    ['https://cognito-idp.eu-west-1.example.com/eu-west-1_abc', false],
    ['https://login.example.com/cognito-idp.eu-west-1.amazonaws.com/', false],
  ])('with the issuer %s is of a Cognito user pool: %s', (issuer, isCognito) => {
    expect(rulesOf({ ...OIDC, issuer })).toMatchObject({ isCognito });
  });

  test('has an output for the URL of the keys only if it is set', () => {
    const outputsOf = (props: OidcAuthenticationProps) => {
      const stack = testStack();
      addOutputs(stack, twinlane(stack, { authentication: Authentication.oidc(props) }));
      return Object.keys(Template.fromStack(stack).findOutputs('*')).filter((name) => name.startsWith('Token'));
    };
    expect(outputsOf(OIDC)).toEqual(['TokenIssuer', 'TokenAudience', 'TokenAlgorithms']);
    expect(outputsOf({ ...OIDC, keysUrl: 'https://login.example.com/keys' })).toContain('TokenKeysUrl');
  });

  test('can have an issuer that CloudFormation resolves', () => {
    const stack = testStack();
    const issuer = Fn.importValue('Issuer');
    admission(stack, { authentication: Authentication.oidc({ ...OIDC, issuer, keysUrl: `${issuer}/keys` }) });
    Template.fromStack(stack).resourceCountIs('AWS::DynamoDB::Table', 1);
  });

  test.each<[Partial<OidcAuthenticationProps>, string]>([
    [
      { issuer: 'http://login.example.com' },
      'authentication.issuer must be an https URL without a user, a query and a fragment, got "http://login.example.com"',
    ],
    [
      { issuer: undefined },
      'authentication.issuer must be an https URL without a user, a query and a fragment, got undefined',
    ],
    [{ issuer: 'login.example.com' }, 'authentication.issuer must be an https URL'],
    [{ issuer: 'https://login.example.com?realm=shop' }, 'authentication.issuer must be an https URL'],
    [{ issuer: 'https://login.example.com:port' }, 'authentication.issuer must be an https URL'],
    [{ issuer: 'https://me:secret@login.example.com' }, 'authentication.issuer must be an https URL'],
    [
      { keysUrl: 'https://' },
      'authentication.keysUrl must be an https URL without a user and a fragment, got "https://"',
    ],
    [{ keysUrl: 'https://login.example.com/keys#1' }, 'authentication.keysUrl must be an https URL'],
    [{ audience: '' }, 'authentication.audience is required, got ""'],
    [{ audience: undefined }, 'authentication.audience is required, got undefined'],
    [
      { algorithms: ['RS256', 'HS256'] },
      'authentication.algorithms must be asymmetric algorithms, got ["RS256","HS256"]',
    ],
    ...['', 'api', 'https://api.example.com', 'api /', 'api/ '].map(
      (scopePrefix): [{ scopePrefix: string }, string] => [
        { scopePrefix },
        `authentication.scopePrefix must be the text before the scopes, with the separator at its end and without white space, got ${JSON.stringify(scopePrefix)}`,
      ],
    ),
    [{ algorithms: ['none'] }, 'authentication.algorithms must be asymmetric algorithms, got ["none"]'],
    [{ algorithms: [] }, 'authentication.algorithms must be asymmetric algorithms, got []'],
  ])('rejects %j', (changes, message) => {
    const authentication = Authentication.oidc({ ...OIDC, ...changes });
    expect(synthesisError((stack) => admission(stack, { authentication }))).toContain(message);
  });
});

describe('disabled authentication', () => {
  const stack = testStack();
  const lanes = twinlane(stack, { authentication: Authentication.none() });
  const { admission: who, revocation } = lanes;
  addOutputs(stack, lanes);
  const template = Template.fromStack(stack);

  test('is a warning at synthesis that names the consequences', () => {
    Annotations.fromStack(stack).hasWarning(
      '/Test/TwinLane/Admission',
      Match.stringLikeRegexp('disables authentication.*publish and subscribe to every topic'),
    );
  });

  test('creates no resources, and the environment of both lanes contains "none"', () => {
    template.resourceCountIs('AWS::Cognito::UserPool', 0);
    template.resourceCountIs('AWS::DynamoDB::Table', 2);
    expect(revocation).toBeUndefined();
    expect(who.serviceEnvironment).toMatchObject({ ADMISSION_TABLE: 'none', TOKEN_RULES: 'none' });
    expect(who.connectEnvironment).toMatchObject({ ADMISSION_TABLE: 'none' });
    expect(who.messageEnvironment).toMatchObject({ ADMISSION_TABLE: 'none' });
  });

  test('adds no statement for a grant, because there is no table', () => {
    const grantee = new Role(stack, 'Grantee', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const grants = [who.grantIssueTicket, who.grantRateLimit, who.grantConsumeTicket, who.grantClose].map((grant) =>
      grant.call(who, grantee),
    );
    expect(grants.flatMap(({ principalStatements }) => principalStatements)).toEqual([]);
  });

  test('removes the issuer and the admission table from the outputs', () => {
    const named = Object.keys(template.findOutputs('*'));
    expect(named.filter((name) => /^(Token|Admission)/.test(name))).toEqual([]);
    expect(named).toContain('ConnectionTable');
  });

  test('is not warned about if authentication is enabled', () => {
    const authenticated = testStack();
    twinlane(authenticated);
    Annotations.fromStack(authenticated).hasNoWarning('*', Match.stringLikeRegexp('disables authentication'));
  });
});

describe('authentication at the load balancer', () => {
  const keysUrl = 'https://login.example.com/.well-known/jwks.json';
  const atLoadBalancer = (changes: Partial<OidcAuthenticationProps> = {}) =>
    Authentication.oidc({ ...OIDC, keysUrl, atLoadBalancer: true, ...changes });
  const stack = testStack();
  const who = admission(stack, { authentication: atLoadBalancer() });
  httpLane(stack, { admission: who });
  const template = Template.fromStack(stack);

  test('verifies the tokens of API requests except preflights', () => {
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
      Conditions: [
        { Field: 'path-pattern', PathPatternConfig: { Values: ['/v1/*'] } },
        { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['GET', 'POST', 'DELETE'] } },
      ],
      Actions: [
        {
          Type: 'jwt-validation',
          Order: 1,
          JwtValidationConfig: {
            Issuer: 'https://login.example.com/',
            JwksEndpoint: 'https://login.example.com/.well-known/jwks.json',
          },
        },
        { Type: 'forward', Order: 2 },
      ],
    });
  });

  test('accepts only the algorithm that a load balancer supports, also in the service', () => {
    expect(who.authentication?.tokens.algorithms).toEqual(['RS256']);
  });

  test.each<[Partial<OidcAuthenticationProps>, string]>([
    [{ keysUrl: undefined }, 'authentication.keysUrl is required with atLoadBalancer'],
    [
      { algorithms: ['RS256', 'ES256'] },
      'authentication.algorithms must be [\'RS256\'] with atLoadBalancer, because a load balancer refuses the others, got ["RS256","ES256"]',
    ],
    [{ algorithms: ['ES256'] }, 'got ["ES256"]. Fix: remove algorithms, or atLoadBalancer'],
    [
      { keysUrl: `https://login.example.com/${'k'.repeat(231)}` },
      'authentication.keysUrl must have at most 256 characters with atLoadBalancer, got 257',
    ],
  ])('rejects %j', (changes, message) => {
    const authentication = atLoadBalancer(changes);
    expect(synthesisError((app) => httpLane(app, { admission: admission(app, { authentication }) }))).toContain(
      message,
    );
  });

  test('allows egress to the issuer for keys', () => {
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupEgress: [
        { CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443, Description: Match.anyValue() },
      ],
    });
  });

  test('is off by default', () => {
    const plain = testStack();
    httpLane(plain);
    Template.fromStack(plain).resourceCountIs('AWS::ElasticLoadBalancingV2::ListenerRule', 0);
  });
});

describe('a network without a route to the issuer', () => {
  const network = LaneNetwork.create({
    availabilityZones: ['us-east-1a', 'us-east-1b'],
    egress: Egress.interfaceEndpoints(),
  });
  const problem = 'network must let the service reach the issuer of tokens';

  test('is rejected for containers', () => {
    expect(synthesisError((stack) => httpLane(stack, { network, compute: exampleFargate() }))).toContain(problem);
  });

  test('is accepted for a function, which has no network, and without authentication', () => {
    const fn = testStack();
    httpLane(fn, { network, compute: HttpCompute.lambda() });
    Template.fromStack(fn).resourceCountIs('AWS::Lambda::Function', 2);
    const open = testStack();
    httpLane(open, { network, admission: admission(open, { authentication: Authentication.none() }) });
    Template.fromStack(open).resourceCountIs('AWS::ECS::Service', 1);
  });
});

describe('the limits of an admission', () => {
  test('are passed to the functions and the service', () => {
    const limits = { connections: 3, requests: { perSecond: 5, burst: 6 }, frames: { perSecond: 7, burst: 10 } };
    const who = admission(testStack(), { limits });
    expect(who.connectEnvironment).toMatchObject({ CONNECTIONS_PER_SUBJECT: '3', FRAME_RATE_LIMIT: '7/10' });
    expect(who.serviceEnvironment).toMatchObject({ SUBJECT_RATE_LIMIT: '5/6', CONNECTIONS_PER_SUBJECT: '3' });
    expect(who.messageEnvironment).toMatchObject({ SUBJECT_RATE_LIMIT: '5/6', FRAME_RATE_LIMIT: '7/10' });
  });

  test.each([
    [{ connections: 0 }, 'limits.connections must be a whole number from 1 to 100, got 0'],
    [{ connections: 101 }, 'limits.connections must be a whole number from 1 to 100, got 101'],
    [
      { frames: { perSecond: 0.5, burst: 10 } },
      'limits.frames.perSecond must be a whole number from 1 to 100000, got 0.5',
    ],
    [{ requests: { perSecond: 1, burst: 0 } }, 'limits.requests.burst must be a whole number from 1 to 100000, got 0'],
  ])('reject %j', (limits, message) => {
    expect(synthesisError((stack) => admission(stack, { limits }))).toContain(message);
  });

  test('reject a burst of frames that the most expensive frame exceeds, a ping of all topics', () => {
    const burst = costOf({ action: 'ping', topics: Array.from({ length: Limit.PING_TOPICS }, (_, at) => `t${at}`) });
    const limits = (least: number) => ({ frames: { perSecond: 20, burst: least } });
    expect(synthesisError((stack) => admission(stack, { limits: limits(burst - 1) }))).toContain(
      `limits.frames.burst must be a whole number from ${burst} to 100000, got ${burst - 1}`,
    );
    const app = testApp();
    admission(testStack(app), { limits: limits(burst) });
    expect(() => app.synth()).not.toThrow();
  });
});
