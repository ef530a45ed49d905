import { Duration } from 'aws-cdk-lib';
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
import { behindCloudFront, HOST, SERVERS } from './behind-cloud-front';
import { problemsOf } from './problems-of';

const GATEWAY = '[Test/TwinLane/Gateway]';

function problemsWith(options: Partial<CloudFrontGatewayProps>, props: Partial<TwinlaneProps> = {}): string[] {
  return problemsOf((stack) => behindCloudFront(stack, options, props));
}

test('the lanes behind CloudFront are rejected with the same host', () => {
  expect(problemsWith({}, { webSocketHostName: 'api.example.com' })).toEqual([
    '[Test/TwinLane/Domains] httpHostName and webSocketHostName must differ, got api.example.com twice. Fix: use two host names',
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

test('a CloudFront gateway without a hosted zone is rejected without certificates', () => {
  const problem =
    'a new certificate requires the public hosted zone of its hosts, in which ACM validates it, got none. Fix: give the hosted zone, or use';
  expect(problemsWith({}, { hostedZone: undefined })).toEqual([
    `${GATEWAY} ${problem} gateway.certificate`,
    `[Test/TwinLane/Domains] ${problem} LaneCertificates.imported()`,
  ]);
});

test('a function that can take longer than CloudFront waits is rejected', () => {
  const problemsOfTimeout = (seconds: number, gateway: Partial<TwinlaneProps> = {}) => {
    const compute = HttpCompute.lambda({ timeout: Duration.seconds(seconds) });
    return problemsWith({}, { http: { compute, idleTimeout: Duration.seconds(300) }, ...gateway });
  };
  expect(problemsOfTimeout(61)).toEqual([
    '[Test/TwinLane/HttpLane] timeout of the function must be <= 60 s with Gateway.cloudFront(), which answers 504 then, got 61 s. Fix: shorten it, or remove gateway',
  ]);
  expect(problemsOfTimeout(60)).toEqual([]);
  expect(problemsOfTimeout(61, { gateway: undefined })).toEqual([]);
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

  test('is rejected in a VPC without private subnets, although its lanes have no tasks, and a public one is not', () => {
    const problemsWithout = (internalLoadBalancers: boolean) =>
      problemsOf((stack) => {
        const vpc = Vpc.fromVpcAttributes(stack, 'GivenVpc', {
          vpcId: 'vpc-1',
          vpcCidrBlock: '10.0.0.0/16',
          availabilityZones: ['us-east-1a', 'us-east-1b'],
          publicSubnetIds: ['subnet-public-a', 'subnet-public-b'],
        });
        behindCloudFront(
          stack,
          { internalLoadBalancers },
          { network: LaneNetwork.fromVpc(vpc), http: { compute: HttpCompute.lambda() } },
        );
      });
    expect(problemsWithout(true)).toEqual([
      '[Test/TwinLane/HttpLane] network must have private subnets for an internal load balancer, got public ones. Fix: use taskSubnets in private subnets, or internalLoadBalancers: false in Gateway.cloudFront()',
    ]);
    expect(problemsWithout(false)).toEqual([]);
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
