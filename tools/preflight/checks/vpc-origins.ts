import { DescribeInternetGatewaysCommand, DescribeVpcsCommand } from '@aws-sdk/client-ec2';
import { type Check, check } from '../../aws-checks/check';
import type { Query } from '../../aws-checks/query';
import type { Aws } from '../aws';
import type { PlannedResource, PlannedStack } from '../planned-stack';
import { literal, objects, ofType, refersTo, unique } from '../resources';

/** Checks an existing VPC with load balancers that CloudFront reaches within it. A VPC of the stack has what they need. */
export function vpcOriginChecks(planned: PlannedStack, aws: Aws): Check[] {
  const groups = groupsOfOrigins(planned);
  return unique(groups.flatMap(({ properties }) => literal(properties.VpcId) ?? [])).flatMap((vpc) => [
    internetGateway(vpc, aws),
    ...unique(
      groups.filter(({ properties }) => properties.VpcId === vpc).flatMap(({ properties }) => blocksOf(properties)),
    ).map((block) => cidrBlock(vpc, block, aws)),
  ]);
}

/** Security groups of the load balancers that are VPC origins. */
function groupsOfOrigins(planned: PlannedStack): PlannedResource[] {
  const origins = ofType(planned, 'AWS::CloudFront::VpcOrigin');
  const loadBalancers = ofType(planned, 'AWS::ElasticLoadBalancingV2::LoadBalancer').filter(({ id }) =>
    origins.some(({ properties }) => refersTo(properties.VpcOriginEndpointConfig, id)),
  );
  return ofType(planned, 'AWS::EC2::SecurityGroup').filter(({ id }) =>
    loadBalancers.some(({ properties }) => refersTo(properties.SecurityGroups, id)),
  );
}

/** IPv4 CIDR blocks that a security group admits. */
function blocksOf({ SecurityGroupIngress }: PlannedResource['properties']): string[] {
  return objects(SecurityGroupIngress).flatMap(({ CidrIp }) => literal(CidrIp) ?? []);
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html */
function internetGateway(vpc: string, aws: Aws): Check {
  const query: Query<string[]> = {
    action: 'ec2:DescribeInternetGateways',
    arn: '*',
    subject: `the internet gateways of ${vpc}`,
    run: async () => {
      const Filters = [{ Name: 'attachment.vpc-id', Values: [vpc] }];
      const { InternetGateways = [] } = await aws.ec2.send(new DescribeInternetGatewaysCommand({ Filters }));
      return InternetGateways.flatMap(({ InternetGatewayId }) => InternetGatewayId ?? []);
    },
  };
  return check(`The VPC ${vpc} has an internet gateway, which CloudFront requires`, [query], (found) => ({
    passed: found.length > 0,
    found: found.join(', ') || 'none. Fix: attach an internet gateway, or set internalLoadBalancers to false.',
  }));
}

/** CloudFront connects from addresses of the VPC. With another block, it would get no response. */
function cidrBlock(vpc: string, block: string, aws: Aws): Check {
  const query: Query<string[]> = {
    action: 'ec2:DescribeVpcs',
    arn: '*',
    subject: `the VPC ${vpc}`,
    run: async () => {
      const { Vpcs = [] } = await aws.ec2.send(new DescribeVpcsCommand({ VpcIds: [vpc] }));
      return Vpcs[0]?.CidrBlockAssociationSet?.flatMap(({ CidrBlock }) => CidrBlock ?? []);
    },
  };
  return check(`The VPC ${vpc} has the CIDR block ${block}`, [query], (found) => ({
    passed: found.includes(block),
    found: found.includes(block)
      ? found.join(', ')
      : `${found.join(', ') || 'none'}. Fix: set vpcCidrBlock to the block of the subnets.`,
  }));
}
