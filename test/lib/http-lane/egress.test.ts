import { Match, type Template } from 'aws-cdk-lib/assertions';
import { Authentication } from '../../../lib/authentication/authentication';
import { Egress } from '../../../lib/http-lane/egress';
import { HttpCompute } from '../../../lib/http-lane/http-compute';
import { LaneNetwork } from '../../../lib/http-lane/lane-network';
import { LaneVpc } from '../../../lib/http-lane/lane-vpc';
import { retentionOf } from '../../../lib/storage/retention';
import { admission, httpLane } from '../lanes';
import { synthesisError, templateOf } from '../synthesized';

const availabilityZones = ['us-east-1a', 'us-east-1b'];
const retention = retentionOf({});

function networkWith(egress?: Egress): Template {
  return templateOf((stack) => {
    new LaneVpc(stack, 'Vpc', { availabilityZones, retention, ...(egress && { egress }) });
  });
}

/** Routes to the whole IPv4 internet by this way. */
function ways(template: Template, by: string): number {
  return Object.values(template.findResources('AWS::EC2::Route')).filter(
    ({ Properties }) => Properties.DestinationCidrBlock === '0.0.0.0/0' && by in Properties,
  ).length;
}

describe('by NAT', () => {
  test('is how it is unless said otherwise, by a gateway in each zone', () => {
    const template = networkWith();
    template.resourceCountIs('AWS::EC2::NatGateway', 2);
    const gateways = Object.values(template.findResources('AWS::EC2::Route')).flatMap(({ Properties }) =>
      Properties.NatGatewayId ? [Properties.NatGatewayId.Ref] : [],
    );
    expect(new Set(gateways).size).toBe(2);
    expect(ways(template, 'NatGatewayId')).toBe(2);
  });

  test('one gateway can serve all zones', () => {
    const template = networkWith(Egress.nat(1));
    template.resourceCountIs('AWS::EC2::NatGateway', 1);
    expect(ways(template, 'NatGatewayId')).toBe(2);
  });

  test.each([0, 3, 1.5])('%p gateways are refused in two zones', (gateways) => {
    expect(
      synthesisError(
        (stack) => new LaneVpc(stack, 'Vpc', { availabilityZones, retention, egress: Egress.nat(gateways) }),
      ),
    ).toContain(
      `[Test/Vpc] Egress.nat must have 1 gateway to one in each of the 2 zones, got ${gateways}. Fix: use Egress.nat()`,
    );
  });
});

describe('by interface endpoints', () => {
  const warnings = jest.spyOn(console, 'error').mockImplementation();
  const template = templateOf((stack) => {
    httpLane(stack, {
      network: LaneNetwork.create({ availabilityZones, egress: Egress.interfaceEndpoints() }),
      admission: admission(stack, { authentication: Authentication.none() }),
    });
  });
  warnings.mockRestore();

  test.each(['ecr.api', 'ecr.dkr', 'logs'])('reaches %s in every private subnet, by its usual name', (service) => {
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
      ServiceName: `com.amazonaws.us-east-1.${service}`,
      VpcEndpointType: 'Interface',
      PrivateDnsEnabled: true,
      SubnetIds: [{ Ref: Match.stringLikeRegexp('PrivateSubnet1') }, { Ref: Match.stringLikeRegexp('PrivateSubnet2') }],
    });
  });

  test('still reaches S3 and DynamoDB by gateway endpoints', () => {
    template.resourcePropertiesCountIs('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' }, 2);
  });

  test('there is no way to the internet, and none is paid for', () => {
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::EgressOnlyInternetGateway', 0);
    expect(ways(template, 'GatewayId')).toBe(2);
  });

  test('the tasks are in the private subnets all the same', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          AssignPublicIp: 'DISABLED',
          Subnets: [{ Ref: Match.stringLikeRegexp('PrivateSubnet1') }, { Ref: Match.stringLikeRegexp('Private') }],
        },
      },
    });
  });
});

describe('with none', () => {
  const template = templateOf((stack) => {
    const network = LaneNetwork.create({ availabilityZones, egress: Egress.none() });
    httpLane(stack, { network, compute: HttpCompute.lambda() });
  });

  test('there is no way to the internet but the load balancer’s, and none is paid for', () => {
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::EgressOnlyInternetGateway', 0);
    expect(ways(template, 'GatewayId')).toBe(2);
  });

  test('S3 and DynamoDB are reached by gateway endpoints, which cost nothing', () => {
    template.allResourcesProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' });
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 2);
  });

  test('containers are refused: they could not pull their image', () => {
    const network = LaneNetwork.create({ availabilityZones, egress: Egress.none() });
    expect(
      synthesisError((stack) => httpLane(stack, { network }))
        .split('\n')
        .slice(1),
    ).toEqual([
      '  [Test/HttpLane] network must let a task pull its image, got Egress.none(). Fix: use Egress.nat() or Egress.interfaceEndpoints()',
    ]);
  });
});
