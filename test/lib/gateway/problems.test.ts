import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnParameter, Stack } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Authentication } from '../../../lib/authentication/authentication';
import type { CloudFrontGatewayProps } from '../../../lib/gateway/cloud-front-props';
import { Gateway } from '../../../lib/gateway/gateway';
import { HttpCompute } from '../../../lib/http-lane/http-compute';
import { Egress } from '../../../lib/network/egress';
import { LaneNetwork } from '../../../lib/network/lane-network';
import type { TwinlaneProps } from '../../../lib/twinlane';
import { WebSocketEntry } from '../../../lib/websocket-lane/websocket-entry';
import { exampleFargate, exampleVpc, twinlane } from '../lanes';
import { exampleCertificate, testApp } from '../synthesized';
import { behindCloudFront, examplePage, HOST, SERVERS } from './behind-cloud-front';

const GATEWAY = '[Test/TwinLane/Gateway]';
const folder = examplePage();

/** @returns the problems that synthesis reports, one each. None if it succeeds */
function problemsOf(build: (stack: Stack) => void, region: string | undefined = 'us-east-1'): string[] {
  const app = testApp();
  build(new Stack(app, 'Test', { env: { region } }));
  try {
    app.synth();
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
  return [];
}

function problemsWith(options: Partial<CloudFrontGatewayProps>, props: Partial<TwinlaneProps> = {}): string[] {
  return problemsOf((stack) => behindCloudFront(stack, options, props));
}

/** A certificate of an ARN, in a Region. */
function certificateIn(stack: Stack, region: string) {
  return exampleCertificate(new Stack(stack, `Certificate-${region}`, { env: { region } }), region);
}

test.each<[string, Partial<CloudFrontGatewayProps>, string]>([
  [
    'a host that is a URL',
    { hostName: 'https://App.example.com/' },
    'gateway.hostName must be a host name in lower case, without scheme, port, path or final dot, got https://App.example.com/. Fix: use app.example.com',
  ],
  [
    'a host that is none',
    { hostName: 'app' },
    'gateway.hostName must be a host name in lower case, without scheme, port, path or final dot, got app. Fix: use a name such as app.example.com',
  ],
  [
    'a host outside the hosted zone',
    { hostName: 'app.example.org' },
    'gateway.hostName must be in the hosted zone example.com, got app.example.org. Fix: use a name that ends with .example.com',
  ],
  [
    'the host of the HTTP lane',
    { hostName: 'api.example.com' },
    'gateway.hostName must differ from the hosts of the lanes, got api.example.com twice. Fix: use a third name, such as app.example.com',
  ],
  [
    'the host of the WebSocket lane',
    { hostName: 'ws.example.com' },
    'gateway.hostName must differ from the hosts of the lanes, got ws.example.com twice. Fix: use a third name, such as app.example.com',
  ],
  [
    'a host that is too long for a certificate',
    { hostName: `${'a'.repeat(60)}.example.com` },
    `the first name of a certificate must have at most 64 characters, got ${'a'.repeat(60)}.example.com. Fix: use a shorter host name, or gateway.certificate`,
  ],
  [
    'two web ACLs',
    { webAcl: {}, webAclArn: 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/name/id' },
    'gateway must have webAcl or webAclArn, got both, with arn:aws:wafv2:us-east-1:111122223333:global/webacl/name/id. Fix: remove one',
  ],
  [
    'a web ACL of a Region',
    { webAclArn: 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/name/id' },
    'gateway.webAclArn must be the ARN of a web ACL for distributions, got arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/name/id. Fix: use one of us-east-1 with the scope CLOUDFRONT',
  ],
  [
    'a page that does not exist',
    { page: '/does/not/exist' },
    'gateway.page must be a folder with an index.html, got /does/not/exist. Fix: build your page into it, or the demo: npm run page -- --out /does/not/exist',
  ],
  [
    'a page that is a file',
    { page: join(folder, 'index.html') },
    `gateway.page must be a folder with an index.html, got ${join(folder, 'index.html')}. Fix: build your page into it, or the demo: npm run page -- --out ${join(folder, 'index.html')}`,
  ],
  [
    'a content security policy without a page',
    { contentSecurityPolicy: "default-src 'self'" },
    'gateway.contentSecurityPolicy must be set only with a page, got "default-src \'self\'". Fix: remove it, or use securityHeaders of the HTTP lane',
  ],
])('a CloudFront gateway is rejected with %s', (_, options, problem) => {
  expect(problemsWith(options)).toEqual([`${GATEWAY} ${problem}`]);
});

test('a page is rejected without an index.html', () => {
  const folderWithout = join(folder, 'without');
  mkdirSync(folderWithout);
  writeFileSync(join(folderWithout, 'main.html'), '');
  expect(problemsWith({ page: folderWithout })).toEqual([
    `${GATEWAY} gateway.page must be a folder with an index.html, got ${folderWithout}. Fix: build your page into it, or the demo: npm run page -- --out ${folderWithout}`,
  ]);
});

test('all problems of a gateway are reported together with those of the lanes', () => {
  const problems = problemsWith(
    { hostName: 'APP', page: '/none', webAclArn: 'none' },
    { httpHostName: 'API', http: { compute: exampleFargate(), redirectHttp: true } },
  );
  expect(problems.map((problem) => problem.replace(/ must .*/, '').replace(/^\[\S+\] /, ''))).toEqual(
    expect.arrayContaining([
      'gateway.hostName',
      'gateway.page',
      'gateway.webAclArn',
      'httpHostName',
      'http.redirectHttp',
    ]),
  );
  expect(problems).toHaveLength(5);
});

test.each<[string, TwinlaneProps['http'], string]>([
  [
    'a web ACL of the load balancer',
    { webAcl: {} },
    'http.webAcl must not be set with Gateway.cloudFront(), from whose addresses all requests come, got a web ACL. Fix: set webAcl of the gateway',
  ],
  [
    'a redirect from http',
    { redirectHttp: true },
    'http.redirectHttp must not be set with Gateway.cloudFront(), which redirects page requests itself, got true. Fix: remove it',
  ],
])(
  'the HTTP lane behind CloudFront is rejected with %s, with an internal load balancer and with a public one',
  (_, http, problem) => {
    for (const internalLoadBalancers of [true, false]) {
      expect(
        problemsWith({ internalLoadBalancers }, { http: { compute: exampleFargate(), ...http }, webSocket: SERVERS }),
      ).toEqual([`[Test/TwinLane/HttpLane] ${problem}`]);
    }
  },
);

describe('a CloudFront gateway in a stack of another Region', () => {
  const problemsIn = (region: string | undefined, options: (stack: Stack) => Partial<CloudFrontGatewayProps>) =>
    problemsOf((stack) => behindCloudFront(stack, options(stack)), region);

  test('is rejected without a certificate of us-east-1, and with a web ACL that it would create', () => {
    expect(problemsIn('eu-west-1', () => ({ webAcl: {} }))).toEqual([
      `${GATEWAY} gateway.certificate must be given in a stack in eu-west-1, got none. Fix: import one for the host of the gateway from us-east-1, where CloudFront requires it`,
      `${GATEWAY} gateway.webAcl must be created in us-east-1, got a stack in eu-west-1. Fix: create a WebAcl with WebAclScope.CLOUDFRONT in a stack there, and set webAclArn`,
    ]);
  });

  test('is rejected with a certificate of that Region', () => {
    const arn = 'arn:aws:acm:eu-west-1:111122223333:certificate/abc';
    expect(problemsIn('eu-west-1', (stack) => ({ certificate: certificateIn(stack, 'eu-west-1') }))).toEqual([
      `${GATEWAY} gateway.certificate must be of us-east-1, got ${arn}. Fix: import one from there`,
    ]);
  });

  test('is accepted with a certificate and a web ACL of us-east-1', () => {
    const webAclArn = 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/name/id';
    expect(problemsIn('eu-west-1', (stack) => ({ certificate: certificateIn(stack, 'us-east-1'), webAclArn }))).toEqual(
      [],
    );
  });

  test.each(['cn-north-1', 'us-gov-west-1'])(
    'is rejected in %s, which has no CloudFront that this gateway supports',
    (region) => {
      const partition = region === 'cn-north-1' ? 'aws-cn' : 'aws-us-gov';
      expect(problemsIn(region, () => ({ webAcl: {} }))).toEqual([
        `${GATEWAY} gateway must not be Gateway.cloudFront() in the partition ${partition}, got a stack in ${region}. Fix: use Gateway.loadBalancer(), or remove gateway`,
      ]);
    },
  );
});

test('a CloudFront gateway accepts a host and a certificate that are known only at deployment', () => {
  expect(
    problemsOf((stack) => {
      const hostName = new CfnParameter(stack, 'Host').valueAsString;
      const arn = new CfnParameter(stack, 'CertificateArn').valueAsString;
      const webAclArn = new CfnParameter(stack, 'WebAclArn').valueAsString;
      const certificate = Certificate.fromCertificateArn(stack, 'GatewayCertificate', arn);
      behindCloudFront(stack, { hostName, certificate, webAclArn });
    }),
  ).toEqual([]);
});

test('a CloudFront gateway without a hosted zone is rejected without certificates', () => {
  const problem =
    'a new certificate requires the public hosted zone of its hosts, in which ACM validates it, got none. Fix: give the hosted zone, or use';
  expect(problemsWith({}, { hostedZone: undefined })).toEqual([
    `${GATEWAY} ${problem} gateway.certificate`,
    `[Test/TwinLane/Domains] ${problem} LaneCertificates.imported()`,
  ]);
});

describe('an internal load balancer', () => {
  const problemsIn = (
    attributes: Partial<Parameters<typeof Vpc.fromVpcAttributes>[2]>,
    options: Parameters<typeof LaneNetwork.fromVpc>[1] = {},
    gateway: Partial<CloudFrontGatewayProps> = {},
  ) =>
    problemsOf((stack) => {
      const vpc = Vpc.fromVpcAttributes(stack, 'GivenVpc', {
        vpcId: 'vpc-1',
        vpcCidrBlock: '10.0.0.0/16',
        availabilityZones: ['us-east-1a', 'us-east-1b'],
        publicSubnetIds: ['subnet-public-a', 'subnet-public-b'],
        privateSubnetIds: ['subnet-private-a', 'subnet-private-b'],
        ...attributes,
      });
      behindCloudFront(stack, gateway, {
        network: LaneNetwork.fromVpc(vpc, options),
        http: { compute: exampleFargate() },
        webSocket: SERVERS,
      });
    });
  const lanes = (problem: string) => [
    `[Test/TwinLane/HttpLane] ${problem}`,
    `[Test/TwinLane/WebSocketLane/Servers] ${problem}`,
  ];
  const networkProblems = (problems: string[]) =>
    problems.filter((problem) => problem.includes('for an internal load balancer'));

  test('is accepted in an imported VPC whose addresses are known', () => {
    expect(problemsIn({})).toEqual([]);
  });

  test('is rejected in an imported VPC whose addresses are not known, and a public one is not', () => {
    expect(problemsIn({ vpcCidrBlock: undefined })).toEqual(
      lanes(
        'network must be a VPC with a known CIDR block, from which CloudFront connects, got an imported one without. Fix: pass vpcCidrBlock to Vpc.fromVpcAttributes(), or internalLoadBalancers: false to Gateway.cloudFront()',
      ),
    );
    expect(problemsIn({ vpcCidrBlock: undefined }, {}, { internalLoadBalancers: false })).toEqual([]);
  });

  test('is rejected in public subnets', () => {
    expect(networkProblems(problemsIn({}, { assignPublicIp: true }))).toEqual(
      lanes(
        'network must have private subnets for an internal load balancer, got assignPublicIp: true. Fix: use taskSubnets in private subnets, or internalLoadBalancers: false in Gateway.cloudFront()',
      ),
    );
  });

  test('is rejected in one zone', () => {
    const problems = problemsIn({}, { taskSubnets: { availabilityZones: ['us-east-1a'] } });
    expect(networkProblems(problems)).toEqual(
      lanes(
        'network must have private subnets in two or more zones for an internal load balancer, got them in us-east-1a. Fix: use taskSubnets in two zones, or internalLoadBalancers: false in Gateway.cloudFront()',
      ),
    );
  });
});

test('an internal load balancer that verifies tokens is rejected in a network without access to the keys', () => {
  const authentication = Authentication.oidc({
    issuer: 'https://login.example.com/',
    audience: 'https://api.example.com',
    keysUrl: 'https://login.example.com/.well-known/jwks.json',
    atLoadBalancer: true,
  });
  const problemsWithEgress = (egress: Egress, internalLoadBalancers: boolean) =>
    problemsWith(
      { internalLoadBalancers },
      {
        authentication,
        http: { compute: HttpCompute.lambda() },
        network: LaneNetwork.create({ availabilityZones: ['us-east-1a', 'us-east-1b'], egress }),
      },
    );
  expect(problemsWithEgress(Egress.none(), true)).toEqual([
    '[Test/TwinLane/HttpLane] network must let the internal load balancer reach the keys of the issuer, got a network without access to the internet. Fix: use Egress.nat(), or internalLoadBalancers: false in Gateway.cloudFront()',
  ]);
  expect(problemsWithEgress(Egress.none(), false)).toEqual([]);
  expect(problemsWithEgress(Egress.nat(), true)).toEqual([]);
});

describe('one host at a load balancer', () => {
  const hosts = { httpHostName: HOST, webSocketHostName: HOST, gateway: Gateway.loadBalancer() };

  test('is rejected with different hosts', () => {
    const problems = problemsOf((stack) => twinlane(stack, { ...hosts, webSocketHostName: 'ws.example.com' }));
    expect(problems).toContain(
      `[Test/TwinLane] httpHostName and webSocketHostName must be the same with Gateway.loadBalancer(), got ${HOST} and ws.example.com. Fix: use ${HOST} for both`,
    );
  });

  test.each([
    ['an API Gateway API', undefined],
    ['servers behind a load balancer of their own', WebSocketEntry.servers()],
  ])('is rejected with %s', (received, entry) => {
    expect(problemsOf((stack) => twinlane(stack, { ...hosts, webSocket: { entry } }))).toEqual([
      `[Test/TwinLane] gateway must be one that reaches the WebSocket lane, got Gateway.loadBalancer() and ${received}. Fix: use WebSocketEntry.servers({ loadBalancer: ServersLoadBalancer.shared() }), or Gateway.cloudFront()`,
    ]);
  });

  test('is the same as no gateway for the allowed origins, which are exact', () => {
    expect(
      problemsOf((stack) =>
        twinlane(stack, { ...hosts, allowedOrigins: ['*'], network: LaneNetwork.fromVpc(exampleVpc(stack)) }),
      ),
    ).toContainEqual(expect.stringContaining('allowedOrigins must be exact origins of pages and apps, got "*"'));
  });
});
