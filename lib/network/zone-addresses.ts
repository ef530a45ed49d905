import { Fn } from 'aws-cdk-lib';
import {
  type AllocateCidrRequest,
  type AllocateIpv6CidrRequest,
  type AllocateVpcIpv6CidrRequest,
  CfnVPCCidrBlock,
  type CreateIpv6CidrBlocksRequest,
  type IIpAddresses,
  type IIpv6Addresses,
  type RequestedSubnet,
  type SubnetIpamOptions,
  SubnetType,
  type VpcIpamOptions,
} from 'aws-cdk-lib/aws-ec2';

/** Letters that have addresses: a to o. AWS's Regions have zones a to f. */
const LETTERS = 15;

/** Number of the first /64 block of private subnets. Those of public subnets start at 0. */
const FIRST_PRIVATE = 16;

/** @returns the last letter of a zone's name, in upper case: `A` for `us-east-1a`; undefined if it has no addresses */
export function letterOf(zone: string): string | undefined {
  return /[a-o]$/.exec(zone)?.[0].toUpperCase();
}

/**
 * Addresses of subnets that depend only on the letter of their zone, so that adding, removing or reordering zones moves no
 * block to another subnet. CloudFormation creates subnets before it deletes others, and EC2 refuses a block that is in use.
 *
 * A public subnet has a /24 block, a private subnet a /20 block, in 10.0.0.0/16. Each has a /64 block of the VPC's IPv6 block.
 */
export class ZoneAddresses implements IIpAddresses, IIpv6Addresses {
  readonly amazonProvided = true;

  /** Numbers of the IPv6 blocks, in the order of the subnets. */
  private numbers: readonly number[] = [];

  allocateVpcCidr(): VpcIpamOptions {
    return { cidrBlock: '10.0.0.0/16' };
  }

  allocateSubnetsCidr({ requestedSubnets }: AllocateCidrRequest): SubnetIpamOptions {
    this.numbers = requestedSubnets.map((subnet) => (isPublic(subnet) ? 0 : FIRST_PRIVATE) + indexOf(subnet));
    return {
      allocatedSubnets: requestedSubnets.map((subnet) => ({
        cidr: isPublic(subnet) ? `10.0.${indexOf(subnet)}.0/24` : `10.0.${16 * (1 + indexOf(subnet))}.0/20`,
      })),
    };
  }

  allocateVpcIpv6Cidr({ scope, vpcId }: AllocateVpcIpv6CidrRequest): CfnVPCCidrBlock {
    return new CfnVPCCidrBlock(scope, 'ipv6cidr', { vpcId, amazonProvidedIpv6CidrBlock: true });
  }

  createIpv6CidrBlocks({ ipv6SelectedCidr }: CreateIpv6CidrBlocksRequest): string[] {
    return Fn.cidr(ipv6SelectedCidr, FIRST_PRIVATE + LETTERS, '64');
  }

  allocateSubnetsIpv6Cidr({ allocatedSubnets, ipv6Cidrs }: AllocateIpv6CidrRequest): SubnetIpamOptions {
    return {
      allocatedSubnets: allocatedSubnets.map((subnet, index) => ({
        ...subnet,
        ipv6Cidr: Fn.select(this.numbers[index] ?? 0, ipv6Cidrs),
      })),
    };
  }
}

function isPublic({ configuration }: RequestedSubnet): boolean {
  return configuration.subnetType === SubnetType.PUBLIC;
}

/** @returns 0 for the letter a; also for a zone without addresses, which {@link LaneVpc} refuses at synthesis */
function indexOf({ availabilityZone }: RequestedSubnet): number {
  return (letterOf(availabilityZone) ?? 'A').charCodeAt(0) - 'A'.charCodeAt(0);
}
