import { Match, type Template } from 'aws-cdk-lib/assertions';
import type { GatewayVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Authentication } from '../../../lib/authentication/authentication';
import { Egress } from '../../../lib/network/egress';
import { HttpCompute } from '../../../lib/http-lane/http-compute';
import { LaneNetwork } from '../../../lib/network/lane-network';
import { LaneVpc } from '../../../lib/network/lane-vpc';
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

/** Number of IPv4 default routes with this kind of target. */
function defaultRoutes(template: Template, by: string): number {
  return Object.values(template.findResources('AWS::EC2::Route')).filter(
    ({ Properties }) => Properties.DestinationCidrBlock === '0.0.0.0/0' && by in Properties,
  ).length;
}

describe('egress by NAT', () => {
  test('is the default, with a gateway in each zone', () => {
    const template = networkWith();
    template.resourceCountIs('AWS::EC2::NatGateway', 2);
    const gateways = Object.values(template.findResources('AWS::EC2::Route')).flatMap(({ Properties }) =>
      Properties.NatGatewayId ? [Properties.NatGatewayId.Ref] : [],
    );
    expect(new Set(gateways).size).toBe(2);
    expect(defaultRoutes(template, 'NatGatewayId')).toBe(2);
  });

  test('can share one gateway between all zones', () => {
    const template = networkWith(Egress.nat(1));
    template.resourceCountIs('AWS::EC2::NatGateway', 1);
    expect(defaultRoutes(template, 'NatGatewayId')).toBe(2);
  });

  test.each([0, 3, 1.5])('rejects %p gateways for two zones', (gateways) => {
    expect(
      synthesisError(
        (stack) => new LaneVpc(stack, 'Vpc', { availabilityZones, retention, egress: Egress.nat(gateways) }),
      ),
    ).toContain(
      `[Test/Vpc] Egress.nat must have 1 gateway to one in each of the 2 zones, got ${gateways}. Fix: use Egress.nat()`,
    );
  });
});

describe('egress by interface endpoints', () => {
  const warnings = jest.spyOn(console, 'error').mockImplementation();
  const template = templateOf((stack) => {
    httpLane(stack, {
      network: LaneNetwork.create({ availabilityZones, egress: Egress.interfaceEndpoints() }),
      admission: admission(stack, { authentication: Authentication.none() }),
    });
  });
  warnings.mockRestore();

  test.each(['ecr.api', 'ecr.dkr', 'logs', 'sqs'])(
    'reaches %s from every private subnet by its public DNS name',
    (service) => {
      template.hasResourceProperties('AWS::EC2::VPCEndpoint', {
        ServiceName: `com.amazonaws.us-east-1.${service}`,
        VpcEndpointType: 'Interface',
        PrivateDnsEnabled: true,
        SubnetIds: [
          { Ref: Match.stringLikeRegexp('PrivateSubnetA') },
          { Ref: Match.stringLikeRegexp('PrivateSubnetB') },
        ],
      });
    },
  );

  test('still reaches S3 and DynamoDB by gateway endpoints', () => {
    template.resourcePropertiesCountIs('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' }, 2);
  });

  test('creates no NAT gateway and no private route to the internet', () => {
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::EgressOnlyInternetGateway', 0);
    expect(defaultRoutes(template, 'GatewayId')).toBe(2);
  });

  test('keeps the tasks in the private subnets', () => {
    template.hasResourceProperties('AWS::ECS::Service', {
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          AssignPublicIp: 'DISABLED',
          Subnets: [{ Ref: Match.stringLikeRegexp('PrivateSubnetA') }, { Ref: Match.stringLikeRegexp('Private') }],
        },
      },
    });
  });
});

describe('the policy of an endpoint', () => {
  /** Statements of the endpoint for a service, in the template of a lane's network. */
  function statementsFor(service: string, egress?: Egress, change?: (vpc: LaneVpc) => void) {
    const template = templateOf((stack) => {
      const vpc = new LaneVpc(stack, 'Vpc', { availabilityZones, retention, ...(egress && { egress }) });
      change?.(vpc);
    });
    const endpoints = Object.values(template.findResources('AWS::EC2::VPCEndpoint'));
    const [only, ...others] = endpoints.filter(({ Properties }) =>
      JSON.stringify(Properties.ServiceName).includes(`.${service}"`),
    );
    expect(others).toEqual([]);
    return only?.Properties.PolicyDocument.Statement;
  }

  const ACCOUNT = { Ref: 'AWS::AccountId' };
  const allowed = { Effect: 'Allow', Principal: { AWS: '*' }, Resource: '*' };
  const layers = {
    ...allowed,
    Action: 's3:GetObject',
    Resource: {
      'Fn::Join': [
        '',
        ['arn:', { Ref: 'AWS::Partition' }, ':s3:::prod-', { Ref: 'AWS::Region' }, '-starport-layer-bucket/*'],
      ],
    },
  };
  const pulls = {
    ...allowed,
    Action: [
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:GetAuthorizationToken',
      'ecr:GetDownloadUrlForLayer',
    ],
    Condition: { StringEquals: { 'aws:PrincipalAccount': ACCOUNT } },
  };

  describe.each([
    ['NAT', () => Egress.nat()],
    ['interface endpoints', () => Egress.interfaceEndpoints()],
    ['no egress', () => Egress.none()],
  ])('with %s', (_, egress) => {
    test.each(['s3', 'dynamodb'])('allows the roles of this account to use %s of this account', (service) => {
      const statement = {
        ...allowed,
        Action: `${service}:*`,
        Condition: { StringEquals: { 'aws:PrincipalAccount': ACCOUNT, 'aws:ResourceAccount': ACCOUNT } },
      };
      expect(statementsFor(service, egress())).toEqual(service === 's3' ? [statement, layers] : [statement]);
    });
  });

  test.each(['ecr.api', 'ecr.dkr'])('of %s allows the roles of this account to pull images', (service) => {
    expect(statementsFor(service, Egress.interfaceEndpoints())).toEqual([pulls]);
  });

  test('of logs allows only the roles of this account', () => {
    const statement = { ...allowed, Action: 'logs:*', Condition: pulls.Condition };
    expect(statementsFor('logs', Egress.interfaceEndpoints())).toEqual([statement]);
  });

  test('of sqs allows only the roles of this account to send messages to its queues', () => {
    const conditions = { 'aws:PrincipalAccount': ACCOUNT, 'aws:ResourceAccount': ACCOUNT };
    const statement = { ...allowed, Action: 'sqs:SendMessage', Condition: { StringEquals: conditions } };
    expect(statementsFor('sqs', Egress.interfaceEndpoints())).toEqual([statement]);
  });

  test('can allow a bucket of another account, too', () => {
    const partner = { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::partner-catalog/*'] };
    const statements = statementsFor('s3', Egress.nat(), (vpc) => {
      const endpoint = vpc.node.findChild('S3') as GatewayVpcEndpoint;
      endpoint.addToPolicy(new PolicyStatement({ principals: [new AnyPrincipal()], ...partner }));
    });
    // CDK merges statements that differ only in their resources.
    expect(statements).toHaveLength(2);
    expect(statements[1]).toEqual({ ...layers, Resource: [...partner.resources, layers.Resource] });
  });
});

describe('no egress', () => {
  const template = templateOf((stack) => {
    const network = LaneNetwork.create({ availabilityZones, egress: Egress.none() });
    httpLane(stack, { network, compute: HttpCompute.lambda() });
  });

  test('creates no NAT gateway and no private route to the internet', () => {
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::EgressOnlyInternetGateway', 0);
    expect(defaultRoutes(template, 'GatewayId')).toBe(2);
  });

  test('reaches S3 and DynamoDB by gateway endpoints, which are free of charge', () => {
    template.allResourcesProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' });
    template.resourceCountIs('AWS::EC2::VPCEndpoint', 2);
  });

  test('is rejected for containers, which could not pull their image', () => {
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
