import { CfnSubnet, type ISubnet, type IVpc, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';

/** The subnets that a selection chooses in a VPC. */
export interface SubnetChoice {
  readonly subnets: ISubnet[];

  /** True in the first synthesis of a VPC that is looked up: its subnets are placeholders then. */
  readonly isPending: boolean;

  /** The reason for which the VPC refused the selection. Undefined if it did not. */
  readonly refusal?: string;
}

/** Chooses subnets as the CDK does, without its exception for a selection that chooses none. */
export function chooseSubnets(vpc: IVpc, selection: SubnetSelection): SubnetChoice {
  try {
    const { subnets, isPendingLookup = false } = vpc.selectSubnets(selection);
    return { subnets, isPending: isPendingLookup };
  } catch (error) {
    return { subnets: [], isPending: false, refusal: (error as Error).message };
  }
}

/** @returns the selection with another kind of subnets than the CDK's default, if it names no kind */
export function withKind(selection: SubnetSelection = {}, kind: SubnetSelection): SubnetSelection {
  const { subnetType, subnetGroupName, subnets } = selection;
  return (subnetType ?? subnetGroupName ?? subnets) ? selection : { ...kind, ...selection };
}

/** @returns the zone of a subnet. Undefined if it was imported without its zone */
export function zoneOf(subnet: ISubnet): string | undefined {
  try {
    return subnet.availabilityZone;
  } catch {
    return undefined;
  }
}

/** @returns true if the app creates this subnet with an IPv6 CIDR block. An imported subnet can have one that is not known */
export function hasIpv6({ node }: ISubnet): boolean {
  const resource = node.defaultChild;
  return (
    resource instanceof CfnSubnet &&
    (resource.ipv6CidrBlock ?? resource.ipv6IpamPoolId ?? resource.ipv6NetmaskLength) !== undefined
  );
}
