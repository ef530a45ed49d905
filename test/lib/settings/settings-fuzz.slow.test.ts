import fc from 'fast-check';
import { cdk } from '../../support/example-project';
import { FARGATE_MEMORY_MIB, LOG_RETENTION_DAYS } from '../../../lib/aws-limits';
import { formatProblems, readSettings } from '../../../lib/settings/settings';
import { TwinlaneStack } from '../../../lib/twinlane-stack';
import { testApp } from '../synthesized';

jest.setTimeout(60_000);
jest.spyOn(console, 'error').mockImplementation();

/** Number of stacks of this test: a third of a second each. RUNS sets another one. */
const RUNS = Number(process.env.RUNS ?? 15);

const { dev } = cdk.context.twinlane;
const HUGE = 1e15;

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
const oddText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    '☃',
    '${Token[TOKEN.1]}',
    '${AWS::Region}',
    '{{resolve:ssm:x}}',
    '"',
    '\\',
    'x'.repeat(2000),
  ),
);
const host = fc.oneof(
  fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => [...labels, 'example.com'].join('.')),
  fc.constantFrom('example.com', `${'a'.repeat(63)}.example.com`, `${'a'.repeat(64)}.example.com`),
  oddText,
);
const number = fc.oneof(fc.integer({ min: 0, max: 4000 }), fc.constantFrom(HUGE, -1, 2.5));
const zones = fc.uniqueArray(fc.constantFrom(...'abcdefpz'), { maxLength: 5 });
const certificate = fc.record({
  arn: fc.constant('arn:aws:acm:us-east-1:123456789012:certificate/0a1b'),
  names: fc.array(host, { maxLength: 3 }),
});
const authentication = fc.oneof(
  fc.record({ type: fc.constantFrom('cognito', 'none') }),
  fc.record({ type: fc.constant('cognito'), tenantClaim: oddText }),
  fc.record(
    {
      type: fc.constant('oidc'),
      issuer: host.map((name) => `https://${name}/`),
      audience: oddText,
      keysUrl: oddText.map((text) => `https://login.example.com/${text}`),
      tenantClaim: oddText,
      scopePrefix: oddText.map((text) => `${text}/`),
      requireScopes: fc.boolean(),
    },
    { requiredKeys: ['type', 'issuer', 'audience'] },
  ),
);
const subnets = fc.array(fc.stringMatching(/^subnet-[0-9a-f]{8}$/), { minLength: 1, maxLength: 3 });
const network = fc.record(
  {
    vpcId: fc.constant('vpc-aaaaaaaa'),
    publicSubnetIds: subnets,
    privateSubnetIds: subnets,
    assignPublicIp: fc.boolean(),
    ipv6: fc.boolean(),
    vpcCidrBlock: fc.constantFrom('10.0.0.0/16', '10.0.0.300/16'),
  },
  { requiredKeys: ['vpcId', 'publicSubnetIds'] },
);
const http = fc
  .record({
    minTasks: fc.integer({ min: 1, max: 4 }),
    maxTasks: number,
    cpu: fc.constantFrom(...FARGATE_MEMORY_MIB.keys()),
  })
  .map((values) => ({ ...values, memoryMiB: FARGATE_MEMORY_MIB.get(values.cpu)?.[0] }));
const reserved = fc.record(
  Object.fromEntries(
    ['connect', 'disconnect', 'message', 'push', 'dispatch', 'deliver', 'revoke'].map(
      (name) => [name, number] as const,
    ),
  ),
  { requiredKeys: [] },
);
const gateway = fc.oneof(
  fc.constant({ type: 'loadBalancer' }),
  fc.record(
    {
      type: fc.constant('cloudFront'),
      host,
      page: fc.constantFrom('demo', ''),
      internalLoadBalancers: fc.boolean(),
      certificateArn: fc.constant('arn:aws:acm:us-east-1:123456789012:certificate/2c3d'),
      webAclArn: fc.constant('arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/4e5f'),
    },
    { requiredKeys: ['type', 'host'] },
  ),
);
const servers = fc.record(
  {
    type: fc.constant('servers'),
    minTasks: fc.constant(2),
    maxTasks: number,
    cpu: fc.constant(256),
    memoryMiB: fc.constant(512),
    loadBalancer: fc.constantFrom('own', 'shared'),
  },
  { requiredKeys: ['type', 'minTasks', 'maxTasks', 'cpu', 'memoryMiB'] },
);
const capacity = fc.record({
  http: fc.oneof(fc.constant(dev.capacity.http), http),
  websocket: fc.oneof(
    fc.record(
      { rateLimit: number, burstLimit: number, reservedConcurrency: reserved },
      { requiredKeys: ['rateLimit', 'burstLimit'] },
    ),
    servers,
  ),
});

/** The settings that replace those of the repository's dev block. */
const changes = fc.record(
  {
    availabilityZones: zones.map((letters) => letters.map((letter) => `us-east-1${letter}`)),
    hosts: fc.record({ http: host, websocket: host }),
    allowedOrigins: fc.array(
      fc.oneof(
        host.map((name) => `https://${name}`),
        oddText,
      ),
      { maxLength: 4 },
    ),
    authentication,
    certificate,
    network,
    gateway,
    capacity,
    quotas: fc.constant({
      fargateVcpus: HUGE,
      lambdaConcurrency: HUGE,
      apiGatewayRequestsPerSecond: HUGE,
      apiGatewayBurst: HUGE,
    }),
    accountLoggingRole: fc.boolean(),
    webAcl: fc.record({ rateLimit: number }),
    operation: fc.record(
      {
        alarmTopicArn: fc.constantFrom(
          'arn:aws:sns:us-east-1:123456789012:alarms',
          'arn:aws:sns:eu-west-1:123456789012:alarms',
        ),
        runbookUrl: fc.oneof(
          host.map((name) => `https://${name}/runbook`),
          oddText,
        ),
        dashboard: fc.boolean(),
        accountAlarms: fc.boolean(),
        deploymentAlarms: fc.boolean(),
        canary: fc.record(
          {
            type: fc.constantFrom('scheduled', 'synthetics'),
            everyMinutes: fc.integer({ min: 0, max: 70 }),
            runtime: fc.constantFrom('syn-nodejs-5.4', 'syn-nodejs-puppeteer-15.0'),
            credentialsSecretArn: fc.constantFrom(
              'arn:aws:secretsmanager:us-east-1:123456789012:secret:canary-AbCdEf',
              'arn:aws:secretsmanager:eu-west-1:123456789012:secret:canary-AbCdEf',
            ),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    ),
    logRetentionDays: fc.constantFrom(...LOG_RETENTION_DAYS, 2),
    removalPolicy: fc.constantFrom('retain', 'destroy'),
    deletionProtection: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** The changes that a gateway needs or excludes, because few combinations of others are accepted with one. */
const behindGateway = fc.oneof(
  fc.record({ gateway, network, allowedOrigins: fc.constant([]) }, { requiredKeys: ['gateway'] }),
  fc.record({
    gateway: fc.constant({ type: 'loadBalancer' }),
    hosts: host.map((name) => ({ http: name, websocket: name })),
    capacity,
  }),
);

/** One change or several, because most combinations of many have a problem. */
const few = fc.oneof(
  changes,
  changes.chain((all) =>
    fc.constantFrom(...Object.entries(all), []).map(([name, value]) => (name ? { [`${name}`]: value } : {})),
  ),
  behindGateway,
);

test('settings that synth accepts make a stack, and others are problems with a path and a fix', () => {
  let stacks = 0;
  fc.assert(
    fc.property(few, (values) => {
      const result = readSettings({ dev: { ...dev, ...values } }, 'dev');
      if ('problems' in result) {
        expect(result.problems.every(({ path, fix }) => path.startsWith('twinlane.dev') && fix.length > 0)).toBe(true);
        expect(formatProblems(result.problems)).not.toContain('undefined');
        return;
      }
      if (++stacks > RUNS) return;
      const app = testApp();
      new TwinlaneStack(app, 'Twinlane-dev', { settings: result.settings });
      app.synth();
    }),
    { numRuns: 20 * RUNS },
  );
  expect(stacks).toBeGreaterThan(0);
});
