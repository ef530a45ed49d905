import { cdk } from '../../support/example-project';
import { type Problem, readSettings } from '../../../lib/settings/settings';

const { gateway: stage } = cdk.context.twinlane;
const CLOUD_FRONT = { type: 'cloudFront', host: 'app.gateway.example.com' };
const EUROPE = { region: 'eu-west-1', availabilityZones: ['eu-west-1a', 'eu-west-1b'] };
const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b';
const WEB_ACL = 'arn:aws:wafv2:us-east-1:123456789012:global/webacl/shop/0a1b';
const LANES = {
  arn: 'arn:aws:acm:us-east-1:123456789012:certificate/2c3d',
  names: ['api.gateway.example.com', 'ws.gateway.example.com'],
};
const IN_EUROPE = { ...LANES, arn: LANES.arn.replace('us-east-1', 'eu-west-1') };
const { http, websocket } = stage.capacity;
const SERVERS = { type: 'servers', minTasks: 2, maxTasks: 4, cpu: 256, memoryMiB: 512 };
const SHARED = { http, websocket: { ...SERVERS, loadBalancer: 'shared' } };
const ONE_HOST = { http: 'app.gateway.example.com', websocket: 'app.gateway.example.com' };
const ONE_LOAD_BALANCER = { gateway: { type: 'loadBalancer' }, hosts: ONE_HOST, capacity: SHARED };
const NETWORK = {
  vpcId: 'vpc-0123456789abcdef0',
  publicSubnetIds: ['subnet-0123456789abcdefa', 'subnet-0123456789abcdefb'],
  privateSubnetIds: ['subnet-0123456789abcdefc', 'subnet-0123456789abcdefd'],
  vpcCidrBlock: '10.20.0.0/16',
};

/** The problems of the repository's stage with a gateway, with some settings replaced. `undefined` removes a setting. */
function problemsWith(changes: object): Problem[] {
  const block = JSON.parse(JSON.stringify({ ...stage, ...changes }));
  const result = readSettings({ shop: block }, 'shop');
  return 'problems' in result ? result.problems : [];
}

const problemsOfCloudFront = (settings: object, changes: object = {}) =>
  problemsWith({ gateway: { ...CLOUD_FRONT, ...settings }, ...changes });

const pathsOf = (problems: readonly Problem[]) => problems.map(({ path }) => path.replace('twinlane.shop.', ''));

describe('A gateway', () => {
  test.each<[string, object]>([
    ['a CloudFront distribution without a page', { gateway: CLOUD_FRONT }],
    ['a page of your own', { gateway: { ...CLOUD_FRONT, page: 'dist' } }],
    ['public load balancers', { gateway: { ...CLOUD_FRONT, internalLoadBalancers: false } }],
    ['servers', { capacity: { http, websocket: SERVERS } }],
    ['servers behind the load balancer of the HTTP lane', { capacity: SHARED }],
    ['a web ACL that the stack creates', { webAcl: { rateLimit: 100 } }],
    ['a web ACL that exists', { gateway: { ...CLOUD_FRONT, webAclArn: WEB_ACL } }],
    ['an existing network', { network: NETWORK }],
    ['no other origins', { allowedOrigins: [] }],
    [
      'DNS elsewhere',
      { hostedZone: undefined, certificate: LANES, gateway: { ...CLOUD_FRONT, certificateArn: CERTIFICATE } },
    ],
    ['another Region', { ...EUROPE, gateway: { ...CLOUD_FRONT, certificateArn: CERTIFICATE, webAclArn: WEB_ACL } }],
    ['one load balancer', ONE_LOAD_BALANCER],
    ['one load balancer, and no other origins', { ...ONE_LOAD_BALANCER, allowedOrigins: [] }],
    [
      'one load balancer in another partition',
      { ...ONE_LOAD_BALANCER, region: 'us-gov-west-1', availabilityZones: ['us-gov-west-1a', 'us-gov-west-1b'] },
    ],
    [
      'one load balancer and a certificate for its host',
      { ...ONE_LOAD_BALANCER, certificate: { ...LANES, names: ['app.gateway.example.com'] } },
    ],
  ])('with %s is accepted', (_, changes) => {
    expect(problemsWith(changes)).toEqual([]);
  });

  test('has all its problems reported together', () => {
    const problems = problemsOfCloudFront(
      { host: 'app.example.org', webAclArn: WEB_ACL },
      {
        ...EUROPE,
        account: '210987654321',
        webAcl: { rateLimit: 100 },
        network: { ...NETWORK, vpcCidrBlock: undefined },
      },
    );
    expect(pathsOf(problems)).toEqual([
      'gateway.host',
      'gateway.certificateArn',
      'gateway.webAclArn',
      'webAcl',
      'network.vpcCidrBlock',
    ]);
  });

  test.each<[unknown, string, string]>([
    [{}, 'is required', 'add "type": "cloudFront"'],
    [{ ...CLOUD_FRONT, type: 'cloudfront' }, 'must be "cloudFront" or "loadBalancer"', 'use "cloudFront"'],
    [{ type: 'nginx' }, 'must be "cloudFront" or "loadBalancer"', 'use "cloudFront" or "loadBalancer"'],
  ])('without a type that exists has no other problem: %j', (gateway, rule, fix) => {
    const hosts = { ...stage.hosts, websocket: stage.hosts.http };
    expect(problemsWith({ gateway, hosts, allowedOrigins: [], network: NETWORK })).toMatchObject([
      { path: 'twinlane.shop.gateway.type', rule, fix },
    ]);
  });

  test.each(['cloudFront', null])('must be a block, with an example of each type: not %j', (gateway) => {
    expect(problemsWith({ gateway })).toEqual([
      {
        path: 'twinlane.shop.gateway',
        value: gateway,
        rule: 'must be a block of settings',
        fix: `use { "type": "cloudFront", "host": "app.example.com" } or { "type": "loadBalancer" }${gateway === null ? ', or remove it' : ''}`,
      },
    ]);
  });

  test('of one load balancer has no settings of CloudFront', () => {
    const keys = ['host', 'page', 'internalLoadBalancers', 'certificateArn', 'webAclArn'];
    const gateway = { type: 'loadBalancer', ...Object.fromEntries(keys.map((key) => [key, 'demo'])) };
    expect(problemsWith({ ...ONE_LOAD_BALANCER, gateway })).toEqual(
      keys.map((key) => ({
        path: `twinlane.shop.gateway.${key}`,
        value: undefined,
        rule: 'must not be set unless type is "cloudFront"',
        fix: 'remove it, or set type to "cloudFront"',
      })),
    );
  });

  test.each<[string, unknown, string, string]>([
    [
      'certificateArn',
      CERTIFICATE.replace('us-east-1', 'eu-west-1'),
      'must be the ARN of a certificate of us-east-1, where CloudFront requires it',
      'use the ARN as ACM in us-east-1 shows it',
    ],
    [
      'webAclArn',
      WEB_ACL.replace('global', 'regional'),
      'must be the ARN of a web ACL for CloudFront, of us-east-1',
      'use the ARN as AWS WAF shows it for CloudFront',
    ],
    ['page', ' ', 'must be "demo" or the path of a folder', 'use "demo", or the folder of your page, such as "dist"'],
    ['internalLoadBalancers', 'false', 'must be true or false', 'use true or false, without quotes'],
  ])('has one problem for an invalid %s', (setting, value, rule, fix) => {
    const network = {
      ...NETWORK,
      vpcCidrBlock: setting === 'internalLoadBalancers' ? undefined : NETWORK.vpcCidrBlock,
    };
    expect(problemsOfCloudFront({ [setting]: value }, { network })).toEqual([
      { path: `twinlane.shop.gateway.${setting}`, value, rule, fix },
    ]);
  });
});

describe('The host of a gateway', () => {
  test('must be in the hosted zone', () => {
    expect(problemsOfCloudFront({ host: 'app.example.org' })).toEqual([
      {
        path: 'twinlane.shop.gateway.host',
        value: 'app.example.org',
        rule: 'must be in the hosted zone example.com',
        fix: 'use "app.example.com", or set hostedZone to the zone that contains app.example.org',
      },
    ]);
    const elsewhere = { hostedZone: undefined, certificate: LANES };
    expect(problemsOfCloudFront({ host: 'app.example.org', certificateArn: CERTIFICATE }, elsewhere)).toEqual([]);
  });

  test.each(['http', 'websocket'] as const)('must differ from hosts.%s', (lane) => {
    const host = stage.hosts[lane];
    expect(problemsOfCloudFront({ host })).toEqual([
      {
        path: 'twinlane.shop.gateway.host',
        value: host,
        rule: `must differ from hosts.${lane}, the host under which CloudFront reaches that lane`,
        fix: 'use three host names, such as "app.example.com", "api.example.com" and "ws.example.com"',
      },
    ]);
  });

  test('must be short enough for the first name of a certificate, unless the certificate exists', () => {
    const host = `${'a'.repeat(53)}.example.com`;
    expect(problemsOfCloudFront({ host })).toEqual([
      {
        path: 'twinlane.shop.gateway.host',
        value: host,
        rule: 'must have at most 64 characters, like the first name of any certificate that ACM creates',
        fix: 'use a shorter name, or set gateway.certificateArn to a certificate that exists',
      },
    ]);
    expect(problemsOfCloudFront({ host: host.slice(1) })).toEqual([]);
    expect(problemsOfCloudFront({ host, certificateArn: CERTIFICATE })).toEqual([]);
  });

  test.each([{ certificateArn: 'none' }, { certificateArm: CERTIFICATE }])(
    'that is long has one problem beside a certificate that is invalid or mistyped: %j',
    (certificate) => {
      expect(problemsOfCloudFront({ host: `${'a'.repeat(53)}.example.com`, ...certificate })).toHaveLength(1);
    },
  );
});

describe('The hosts of the lanes', () => {
  test('must be the same behind one load balancer', () => {
    expect(problemsWith({ ...ONE_LOAD_BALANCER, hosts: stage.hosts })).toEqual([
      {
        path: 'twinlane.shop.hosts.websocket',
        value: 'ws.gateway.example.com',
        rule: 'must be the same as hosts.http if gateway.type is "loadBalancer"',
        fix: 'use "api.gateway.example.com", or remove gateway to have two hosts',
      },
    ]);
  });

  test('must differ behind CloudFront', () => {
    const hosts = { http: 'api.gateway.example.com', websocket: 'api.gateway.example.com' };
    expect(problemsWith({ hosts })).toMatchObject([
      { path: 'twinlane.shop.hosts.websocket', rule: 'must differ from hosts.http' },
    ]);
  });

  test('must be covered by a certificate, which is reported once for one host', () => {
    expect(problemsWith({ ...ONE_LOAD_BALANCER, certificate: LANES })).toMatchObject([
      { path: 'twinlane.shop.certificate.names', rule: expect.stringContaining('must cover app.gateway.example.com') },
    ]);
  });

  test('must be covered by a certificate behind CloudFront, too, which needs no name for the gateway', () => {
    expect(problemsWith({ certificate: LANES })).toEqual([]);
    expect(problemsWith({ certificate: { ...LANES, names: ['*.example.com'] } }).map(({ rule }) => rule)).toEqual([
      'must cover api.gateway.example.com (a wildcard matches one label)',
      'must cover ws.gateway.example.com (a wildcard matches one label)',
    ]);
  });
});

describe('One load balancer as gateway', () => {
  const gateway = { type: 'loadBalancer' };

  test.each([websocket, { ...websocket, type: 'apiGateway' }])('must have servers, not the API %j', (api) => {
    expect(problemsWith({ gateway, hosts: ONE_HOST, capacity: { http, websocket: api } })).toEqual([
      {
        path: 'twinlane.shop.capacity.websocket.type',
        value: 'type' in api ? 'apiGateway' : undefined,
        rule: 'must be "servers" if gateway.type is "loadBalancer", because a load balancer cannot forward to an API Gateway API',
        fix: 'use { "type": "servers", "loadBalancer": "shared" } with minTasks, maxTasks, cpu and memoryMiB, or set gateway.type to "cloudFront"',
      },
    ]);
  });

  test.each([undefined, 'own'])('must be that of both lanes, not %j', (loadBalancer) => {
    const capacity = { http, websocket: { ...SERVERS, loadBalancer } };
    expect(problemsWith({ gateway, hosts: ONE_HOST, capacity })).toEqual([
      {
        path: 'twinlane.shop.capacity.websocket.loadBalancer',
        value: loadBalancer,
        rule: 'must be "shared" if gateway.type is "loadBalancer", because one load balancer receives the requests of both lanes',
        fix: 'set it to "shared", or set gateway.type to "cloudFront"',
      },
    ]);
  });

  test('needs a hosted zone or a certificate, like two hosts', () => {
    expect(pathsOf(problemsWith({ ...ONE_LOAD_BALANCER, hostedZone: undefined }))).toEqual(['hostedZone']);
  });

  test('has one problem for servers of an unknown type', () => {
    const capacity = { http, websocket: { ...SERVERS, type: 'server' } };
    expect(pathsOf(problemsWith({ ...ONE_LOAD_BALANCER, capacity }))).toEqual(['capacity.websocket.type']);
  });
});

describe('CloudFront', () => {
  test.each([
    ['aws-cn', 'cn-north-1'],
    ['aws-us-gov', 'us-gov-west-1'],
    ['aws-eusc', 'eusc-de-east-1'],
  ])('is refused in the partition %s, and its other settings are not checked', (partition, region) => {
    const authentication = { type: 'oidc', issuer: 'https://login.example.com/', audience: 'shop' };
    const place = { region, availabilityZones: [`${region}a`, `${region}b`], authentication };
    expect(problemsWith({ ...place, webAcl: { rateLimit: 100 } })).toEqual([
      {
        path: 'twinlane.shop.gateway.type',
        value: 'cloudFront',
        rule: `must not be "cloudFront" in the partition ${partition}, which ${region} is in`,
        fix: 'use "loadBalancer", which needs servers, or remove gateway',
      },
    ]);
  });

  test('needs a certificate that exists in a stack of another Region than us-east-1', () => {
    expect(problemsWith(EUROPE)).toEqual([
      {
        path: 'twinlane.shop.gateway.certificateArn',
        value: undefined,
        rule: 'is required in eu-west-1, because CloudFront accepts only certificates of us-east-1, and the stack creates one only in its own Region',
        fix: 'request a certificate for app.gateway.example.com in us-east-1, and set gateway.certificateArn to its ARN',
      },
    ]);
  });

  test('needs a certificate that exists without a hosted zone', () => {
    const missing = {
      path: 'twinlane.shop.gateway.certificateArn',
      value: undefined,
      fix: 'request a certificate for app.gateway.example.com in us-east-1, and set gateway.certificateArn to its ARN',
    };
    expect(problemsWith({ hostedZone: undefined, certificate: LANES })).toEqual([
      {
        ...missing,
        rule: 'is required without hostedZone, because ACM validates a new certificate by records in the zone',
      },
    ]);
    // Both reasons have one fix.
    expect(problemsWith({ ...EUROPE, hostedZone: undefined, certificate: IN_EUROPE })).toEqual([
      { ...missing, rule: expect.stringContaining('is required in eu-west-1') },
    ]);
  });

  test('is not reported to need a certificate beside the problem of a hosted zone of another type', () => {
    expect(pathsOf(problemsWith({ hostedZone: 'example.com' }))).toEqual(['hostedZone']);
  });

  test.each([
    ['certificateArn', CERTIFICATE, 'request a certificate in 210987654321'],
    ['webAclArn', WEB_ACL, 'use a web ACL of 210987654321'],
  ])('must have %s of the account of the stack', (setting, arn, fix) => {
    expect(problemsOfCloudFront({ [setting]: arn }, { account: '210987654321' })).toEqual([
      {
        path: `twinlane.shop.gateway.${setting}`,
        value: arn,
        rule: 'must be in the account of the stack, 210987654321',
        fix,
      },
    ]);
    expect(problemsOfCloudFront({ [setting]: arn }, { account: '123456789012' })).toEqual([]);
    expect(problemsOfCloudFront({ [setting]: arn })).toEqual([]);
  });

  test('has one web ACL', () => {
    const webAcl = { rateLimit: 100 };
    const rule = 'must not be set with gateway.webAclArn, because a distribution has one web ACL';
    const path = 'twinlane.shop.webAcl';
    expect(problemsOfCloudFront({ webAclArn: WEB_ACL }, { webAcl })).toEqual([
      { path, value: undefined, rule, fix: 'remove webAcl, or remove gateway.webAclArn to have one created' },
    ]);
    expect(problemsOfCloudFront({ webAclArn: WEB_ACL, certificateArn: CERTIFICATE }, { ...EUROPE, webAcl })).toEqual([
      { path, value: undefined, rule, fix: 'remove webAcl' },
    ]);
    expect(pathsOf(problemsOfCloudFront({ webAclArn: 'shop' }, { webAcl }))).toEqual(['gateway.webAclArn', 'webAcl']);
  });

  test('needs a web ACL that exists in a stack of another Region than us-east-1', () => {
    expect(problemsOfCloudFront({ certificateArn: CERTIFICATE }, { ...EUROPE, webAcl: { rateLimit: 100 } })).toEqual([
      {
        path: 'twinlane.shop.webAcl',
        value: undefined,
        rule: 'must not be set with a CloudFront gateway in eu-west-1, because CloudFront accepts only web ACLs of us-east-1, and the stack creates one only in its own Region',
        fix: 'create a web ACL for CloudFront in us-east-1, set gateway.webAclArn to its ARN, and remove webAcl',
      },
    ]);
  });
});

describe('Internal load balancers in an existing network', () => {
  test('need the addresses of the VPC', () => {
    const network = { ...NETWORK, vpcCidrBlock: undefined };
    expect(problemsWith({ network })).toEqual([
      {
        path: 'twinlane.shop.network.vpcCidrBlock',
        value: undefined,
        rule: 'is required for internal load balancers of a gateway, which admit only addresses of the VPC',
        fix: 'set it to the IPv4 CIDR block that contains the private subnets, such as "10.0.0.0/16", or set gateway.internalLoadBalancers to false',
      },
    ]);
    expect(problemsOfCloudFront({ internalLoadBalancers: false }, { network })).toEqual([]);
    expect(problemsWith({ ...ONE_LOAD_BALANCER, network })).toEqual([]);
  });

  test.each(['10.0.0.0', '10.0.0.0/8', '10.0.0.0/29', '10.0.0.256/16', '10.0.0/16', 'fd00::/16', '10.0.0.0/16/16'])(
    'need an IPv4 CIDR block that a VPC can have, which %s is not',
    (vpcCidrBlock) => {
      expect(problemsWith({ network: { ...NETWORK, vpcCidrBlock } })).toEqual([
        {
          path: 'twinlane.shop.network.vpcCidrBlock',
          value: vpcCidrBlock,
          rule: 'must be an IPv4 CIDR block from /16 to /28',
          fix: 'use the block as the VPC console shows it, such as "10.0.0.0/16"',
        },
      ]);
    },
  );

  const lambda = { type: 'lambda', memoryMiB: 512, reservedConcurrency: 100 };

  test.each([http, lambda])('need private subnets beside the compute %j', (compute) => {
    const capacity = { http: compute, websocket };
    const network = { ...NETWORK, privateSubnetIds: undefined };
    expect(problemsWith({ network, capacity })).toEqual([
      {
        path: 'twinlane.shop.network.privateSubnetIds',
        value: undefined,
        rule: 'is required for internal load balancers of a gateway',
        fix: 'add a private subnet of each zone, or set gateway.internalLoadBalancers to false',
      },
    ]);
    const refused = {
      path: 'twinlane.shop.network.assignPublicIp',
      value: true,
      rule: 'must not be true with internal load balancers of a gateway, which need private subnets',
    };
    expect(problemsWith({ network: { ...network, assignPublicIp: true }, capacity })).toEqual([
      { ...refused, fix: 'remove it, and add privateSubnetIds' },
    ]);
    expect(problemsWith({ network: { ...NETWORK, assignPublicIp: true }, capacity })).toEqual([
      { ...refused, fix: 'remove it' },
    ]);
  });

  test('are not needed: with public ones, tasks can have public addresses', () => {
    const network = { ...NETWORK, privateSubnetIds: undefined, vpcCidrBlock: undefined, assignPublicIp: true };
    expect(problemsOfCloudFront({ internalLoadBalancers: false }, { network })).toEqual([]);
  });
});

describe('The allowed origins', () => {
  test.each<[string, object]>([
    ['a CloudFront distribution', {}],
    ['one load balancer', ONE_LOAD_BALANCER],
  ])('must fit in the environment of a function together with that of %s', (_, changes) => {
    const origin = 'https://app.gateway.example.com';
    const origins = Array.from({ length: 99 }, (__, index) => `https://shop${10_000 + index}.example.com`);
    expect([...origins, origin].join()).toHaveLength(3001);
    expect(problemsWith({ ...changes, allowedOrigins: origins })).toMatchObject([
      { path: 'twinlane.shop.allowedOrigins', value: 3001 },
    ]);
    const fitting = ['https://shop9999.example.com', ...origins.slice(1)];
    expect(problemsWith({ ...changes, allowedOrigins: fitting })).toEqual([]);
    // The origin of the gateway counts once.
    expect(problemsWith({ ...changes, allowedOrigins: [origin, ...fitting] })).toEqual([]);
  });
});
