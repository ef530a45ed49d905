import { cdk } from '../../support/example-project';
import { readSettings, type Settings } from '../../../lib/settings/settings';

/** Values of settings, by path: `capacity.http.cpu`. `undefined` removes a setting. */
export type Values = Readonly<Record<string, unknown>>;

const ZONES = ['ab', 'abc', 'ac', 'cab', 'bd'].map((letters) => [...letters].map((letter) => `us-east-1${letter}`));
const OIDC = { type: 'oidc', issuer: 'https://login.example.com/', audience: 'https://api.example.com' };
const CERTIFICATE = { arn: 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b', names: ['*.example.com'] };
const TOPIC = 'arn:aws:sns:us-east-1:123456789012:';
const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:';

/** A canary needs credentials that depend on the authentication. */
const WITHOUT_CANARY = { operation: {} };

const NETWORK = {
  vpcId: 'vpc-aaaaaaaa',
  publicSubnetIds: subnets('0', '1'),
  privateSubnetIds: subnets('2', '3'),
};
const RESERVED = [undefined, 10];
const LAMBDA = { type: 'lambda', memoryMiB: 512, reservedConcurrency: 100 };
const SERVERS = { type: 'servers', minTasks: 2, maxTasks: 4, cpu: 256, memoryMiB: 512 };
const GATEWAY = { type: 'cloudFront', host: 'app.example.com' };
const PROVISIONED = [
  undefined,
  { minCapacity: 1, maxCapacity: 5 },
  { minCapacity: 2, maxCapacity: 10, utilizationTarget: 0.5 },
];

/** Settings that select another stack, so that nothing is updated. */
export const OTHER_STACK = ['account', 'region'];

/** Every other setting, with values that a user may change between, in any direction. */
export const SETTINGS: Readonly<Record<string, readonly Values[]>> = {
  ...between('availabilityZones', ...ZONES),
  'network.vpcId': [undefined, NETWORK, { ...NETWORK, vpcId: 'vpc-bbbbbbbb' }].map(inNetwork),
  'network.publicSubnetIds': [NETWORK, { ...NETWORK, publicSubnetIds: subnets('0', '5') }].map(inNetwork),
  'network.privateSubnetIds': [NETWORK, { ...NETWORK, privateSubnetIds: subnets('2', '5') }].map(inNetwork),
  'network.vpcCidrBlock': ['10.0.0.0/16', '10.1.0.0/16'].map((vpcCidrBlock) => ({
    ...inNetwork({ ...NETWORK, vpcCidrBlock }),
    gateway: GATEWAY,
  })),
  'network.assignPublicIp': [
    NETWORK,
    { vpcId: NETWORK.vpcId, publicSubnetIds: NETWORK.publicSubnetIds, assignPublicIp: true },
  ].map(inNetwork),
  'network.ipv6': [NETWORK, { ...NETWORK, ipv6: true }].map(inNetwork),
  'hostedZone.id': [
    { 'hostedZone.id': 'Z1' },
    { 'hostedZone.id': 'Z2' },
    { hostedZone: undefined, certificate: CERTIFICATE },
  ],
  'hostedZone.name': ['example.com', 'b.example.com'].map((name) => ({
    'hostedZone.name': name,
    hosts: { http: 'api.b.example.com', websocket: 'ws.b.example.com' },
  })),
  ...between(
    'hosts',
    { http: 'api.example.com', websocket: 'ws.example.com' },
    { http: 'ws.example.com', websocket: 'api.example.com' },
  ),
  ...between('hosts.http', 'api.example.com', 'api2.example.com'),
  ...between('hosts.websocket', 'ws.example.com', 'ws2.example.com'),
  ...between('allowedOrigins', ['https://app.example.com'], ['https://app.example.com', 'https://b.example.com']),
  'authentication.type': [undefined, { type: 'cognito' }, OIDC, { type: 'none' }].map((authentication) => ({
    authentication,
    ...WITHOUT_CANARY,
  })),
  'authentication.issuer': ['https://login.example.com/', 'https://b.example.com/'].map((issuer) => ({
    authentication: { ...OIDC, issuer },
    ...WITHOUT_CANARY,
  })),
  'authentication.audience': ['https://api.example.com', 'b'].map((audience) => ({
    authentication: { ...OIDC, audience },
    ...WITHOUT_CANARY,
  })),
  'authentication.keysUrl': [undefined, 'https://login.example.com/keys', 'https://b.example.com/keys'].map(
    (keysUrl) => ({ authentication: { ...OIDC, keysUrl }, ...WITHOUT_CANARY }),
  ),
  'authentication.type with operation.canary': [
    {},
    { authentication: { type: 'none' } },
    { authentication: OIDC, 'operation.canary': { credentialsSecretArn: `${SECRET}a-AbCdEf` } },
  ],
  ...between('authentication.tenantClaim', undefined, 'custom:tenant', 'azp'),
  ...between('authentication.requireScopes', undefined, true),
  ...between('authentication.scopePrefix', undefined, 'api/'),
  'certificate.arn': [undefined, CERTIFICATE, { ...CERTIFICATE, arn: `${CERTIFICATE.arn}2` }].map((certificate) => ({
    certificate,
  })),
  'certificate.names': [['*.example.com'], ['api.example.com', 'ws.example.com']].map((names) => ({
    certificate: { ...CERTIFICATE, names },
  })),
  // Without AWS WAF, which moves between the load balancer and the distribution: see webAcl.rateLimit.
  'gateway.type': [
    { webAcl: undefined },
    { webAcl: undefined, gateway: GATEWAY },
    { webAcl: undefined, gateway: { ...GATEWAY, internalLoadBalancers: false } },
    {
      webAcl: undefined,
      gateway: { type: 'loadBalancer' },
      hosts: { http: 'app.example.com', websocket: 'app.example.com' },
      ...withServers({ loadBalancer: 'shared' }),
    },
  ],
  ...gateway('host', 'app.example.com', 'www.example.com'),
  ...gateway('page', undefined, 'demo', 'tools/demo/page'),
  'gateway.contentSecurityPolicy': [undefined, "default-src 'none'", "default-src 'self'"].map(
    (contentSecurityPolicy) => ({
      gateway: { ...GATEWAY, page: 'demo', ...(contentSecurityPolicy && { contentSecurityPolicy }) },
    }),
  ),
  ...gateway('internalLoadBalancers', undefined, false),
  ...gateway('certificateArn', undefined, CERTIFICATE.arn, `${CERTIFICATE.arn}2`),
  'gateway.webAclArn': [undefined, 'a', 'b'].map((name) => ({
    webAcl: undefined,
    gateway: {
      ...GATEWAY,
      ...(name && { webAclArn: `arn:aws:wafv2:us-east-1:123456789012:global/webacl/${name}/0a1b` }),
    },
  })),
  'gateway with capacity.websocket.type': [{ gateway: GATEWAY }, { gateway: GATEWAY, ...withServers({}) }],
  'gateway with capacity.http.type': [{ gateway: GATEWAY }, { gateway: GATEWAY, 'capacity.http': LAMBDA }],
  'gateway with hosts.http': ['api.example.com', 'api2.example.com'].map((host) => ({
    gateway: GATEWAY,
    'hosts.http': host,
  })),
  'gateway with hosts.websocket': ['ws.example.com', 'ws2.example.com'].map((host) => ({
    gateway: GATEWAY,
    'hosts.websocket': host,
  })),
  'gateway with webAcl.rateLimit': [undefined, { rateLimit: 2000 }, { rateLimit: 500 }].map((webAcl) => ({
    gateway: GATEWAY,
    webAcl,
  })),
  'gateway with removalPolicy': ['retain', 'destroy'].map((removalPolicy) => ({
    gateway: { ...GATEWAY, page: 'demo' },
    removalPolicy,
  })),
  'capacity.http.type': [{}, { 'capacity.http': LAMBDA }],
  ...between('capacity.http.minTasks', 2, 3),
  ...between('capacity.http.maxTasks', 10, 12),
  'capacity.http.cpu': [256, 512].map((cpu) => ({
    'capacity.http.cpu': cpu,
    'capacity.http.memoryMiB': 1024,
    'capacity.http.maxTasks': 5,
  })),
  ...between('capacity.http.memoryMiB', 512, 1024),
  'capacity.http.reservedConcurrency': [100, 50].map((reservedConcurrency) => ({
    'capacity.http': { ...LAMBDA, reservedConcurrency },
  })),
  'capacity.http.provisionedConcurrency': PROVISIONED.map((provisionedConcurrency) => ({
    'capacity.http': { ...LAMBDA, provisionedConcurrency },
  })),
  'capacity.websocket.type': [{}, withServers({})],
  ...servers('minTasks', 2, 3),
  ...servers('maxTasks', 4, 5),
  'capacity.websocket.cpu': [256, 512].map((cpu) => withServers({ cpu, memoryMiB: 1024 })),
  ...servers('memoryMiB', 512, 1024),
  ...servers('connectionsPerTask', undefined, 2000),
  ...servers('loadBalancer', undefined, 'shared'),
  ...between('capacity.websocket.rateLimit', 5000, 500),
  ...between('capacity.websocket.burstLimit', 2500, 250),
  ...between('capacity.websocket.reservedConcurrency.connect', undefined, 10, 20),
  ...between('capacity.websocket.reservedConcurrency.disconnect', ...RESERVED),
  ...between('capacity.websocket.reservedConcurrency.message', ...RESERVED),
  ...between('capacity.websocket.reservedConcurrency.push', ...RESERVED),
  ...between('capacity.websocket.reservedConcurrency.dispatch', ...RESERVED),
  ...between('capacity.websocket.reservedConcurrency.deliver', ...RESERVED),
  ...between('capacity.websocket.reservedConcurrency.revoke', ...RESERVED),
  ...provisioned('connect'),
  ...provisioned('disconnect'),
  ...provisioned('message'),
  ...provisioned('push'),
  ...provisioned('dispatch'),
  ...provisioned('deliver'),
  ...provisioned('revoke'),
  'delivery.maxBatchingWindowSeconds': [
    undefined,
    { maxBatchingWindowSeconds: 0 },
    { maxBatchingWindowSeconds: 5 },
  ].map((delivery) => ({ delivery })),
  ...between('quotas', undefined, {
    fargateVcpus: 100,
    lambdaConcurrency: 2000,
    apiGatewayRequestsPerSecond: 20_000,
    apiGatewayBurst: 6000,
  }),
  ...between('accountLoggingRole', undefined, true),
  'webAcl.rateLimit': [undefined, { rateLimit: 2000 }, { rateLimit: 500 }].map((webAcl) => ({ webAcl })),
  operation: [undefined, {}].map((operation) => ({ operation })),
  ...operation('alarmTopicArn', undefined, `${TOPIC}a`, `${TOPIC}b`),
  ...operation('runbookUrl', undefined, 'https://wiki.example.com/runbook'),
  ...operation('dashboard', undefined, false),
  ...operation('accountAlarms', undefined, true),
  'operation.canary.type': [undefined, {}, { type: 'synthetics' }].map((canary) => ({ operation: { canary } })),
  ...canary('everyMinutes', undefined, 10),
  'operation.canary.runtime': ['syn-nodejs-5.4', 'syn-nodejs-5.5'].map((runtime) => ({
    operation: { canary: { type: 'synthetics', runtime } },
  })),
  ...canary('credentialsSecretArn', undefined, `${SECRET}a-AbCdEf`, `${SECRET}b-AbCdEf`),
  ...operation('deploymentAlarms', undefined, false),
  ...between('logRetentionDays', 90, 7),
  ...between('removalPolicy', 'retain', 'destroy'),
  ...between('deletionProtection', undefined, true),
};

function servers(name: string, ...values: readonly unknown[]): Record<string, readonly Values[]> {
  return { [`capacity.websocket.${name}`]: values.map((value) => withServers({ [name]: value })) };
}

/** Changes of a setting of a gateway, in front of an API and an internal load balancer. */
function gateway(name: string, ...values: readonly unknown[]): Record<string, readonly Values[]> {
  return { [`gateway.${name}`]: values.map((value) => ({ gateway: { ...GATEWAY, [name]: value } })) };
}

function operation(name: string, ...values: readonly unknown[]): Record<string, readonly Values[]> {
  return { [`operation.${name}`]: values.map((value) => ({ operation: { [name]: value } })) };
}

function canary(name: string, ...values: readonly unknown[]): Record<string, readonly Values[]> {
  return { [`operation.canary.${name}`]: values.map((value) => ({ operation: { canary: { [name]: value } } })) };
}

/** A WebSocket lane with servers, which fit in the quota with the tasks of the HTTP lane. */
function withServers(settings: Values): Values {
  return { 'capacity.websocket': { ...SERVERS, ...settings }, quotas: { fargateVcpus: 100 } };
}

function provisioned(name: string): Record<string, readonly Values[]> {
  return {
    [`capacity.websocket.provisionedConcurrency.${name}`]: PROVISIONED.map((concurrency) => ({
      'capacity.websocket.provisionedConcurrency': { [name]: concurrency },
    })),
  };
}

function subnets(...digits: readonly string[]): string[] {
  return digits.map((digit) => `subnet-aaaaaaa${digit}`);
}

function inNetwork(network: object | undefined): Values {
  return { network, availabilityZones: ['us-east-1a', 'us-east-1b'] };
}

function between(path: string, ...values: readonly unknown[]): Record<string, readonly Values[]> {
  return { [path]: values.map((value) => ({ [path]: value })) };
}

/** @returns the settings of `prod` with other values. Throws if they are not valid */
export function settingsWith(values: Values): Settings {
  const prod: object = structuredClone(cdk.context.twinlane.prod);
  for (const [path, value] of Object.entries(values)) {
    const keys = path.split('.');
    const parent = keys.slice(0, -1).reduce((node, key) => Reflect.get(node, key), prod);
    Reflect.set(parent, keys.at(-1) ?? '', value);
  }
  const result = readSettings(JSON.parse(JSON.stringify({ prod })), 'prod');
  if ('problems' in result) {
    throw new Error(JSON.stringify(result.problems));
  }
  return result.settings;
}
