import type { Finding, Sound } from './check-shape';
import { hasInternalLoadBalancers } from './gateway';
import { lambdaOf } from './http-compute';
import type { Rule } from './rules';
import type { StageSettings } from './shape';
import { serversOf } from './websocket-entry';

/** The CDK assigns subnets to zones by their position in the list. */
function* oneSubnetPerZone({ network, availabilityZones }: Sound<StageSettings>): Iterable<Finding> {
  for (const key of ['publicSubnetIds', 'privateSubnetIds'] as const) {
    const value = network?.[key];
    if (value && availabilityZones && value.length !== availabilityZones.length) {
      yield {
        path: ['network', key],
        value,
        rule: `must have one subnet in each of the ${availabilityZones.length} Availability Zones, in the order of availabilityZones`,
        fix: `list ${availabilityZones.length} subnets, or change availabilityZones to the zones of the subnets`,
      };
    }
  }
}

/** A subnet that is in both lists, or twice in one, is in a wrong place: each is in one zone and has one route table. */
function* subnetsDiffer({ network }: Sound<StageSettings>): Iterable<Finding> {
  const seen = new Map<string, string>();
  for (const key of ['publicSubnetIds', 'privateSubnetIds'] as const) {
    for (const [index, value] of (network?.[key] ?? []).entries()) {
      const first = seen.get(value);
      if (first !== undefined) {
        yield {
          path: ['network', key, index],
          value,
          rule: 'must be listed only once',
          fix: `use another subnet: it repeats ${first}`,
        };
      }
      // A hole of an unsound item is reported already.
      if (value !== undefined && first === undefined) seen.set(value, `${key}[${index}]`);
    }
  }
}

/** Private subnets are for tasks, for functions that post to them, and for the load balancers that CloudFront reaches in the VPC. */
function* subnetsForTasks(settings: Sound<StageSettings>, given: ReadonlySet<string>): Iterable<Finding> {
  const { network } = settings;
  if (!network) return;
  const { privateSubnetIds, assignPublicIp } = network;
  const servers = serversOf(settings) !== undefined;
  const internal = hasInternalLoadBalancers(settings, given);
  if (assignPublicIp && (servers || internal || lambdaOf(settings))) {
    const reason = servers
      ? 'if capacity.websocket.type is "servers", because functions that post to servers need private subnets'
      : internal
        ? 'with internal load balancers of a gateway, which need private subnets'
        : 'if capacity.http.type is "lambda", because the function is not in the VPC';
    yield {
      path: ['network', 'assignPublicIp'],
      value: assignPublicIp,
      rule: `must not be true ${reason}`,
      fix: (servers || internal) && !privateSubnetIds ? 'remove it, and add privateSubnetIds' : 'remove it',
    };
    return;
  }
  if (!servers && !internal && lambdaOf(settings)) return;
  if (privateSubnetIds && assignPublicIp) {
    yield {
      path: ['network', 'assignPublicIp'],
      value: assignPublicIp,
      rule: 'must not be true with privateSubnetIds, in which a public address cannot be reached',
      fix: 'remove it, or remove privateSubnetIds to run the tasks in the public subnets',
    };
  }
  if (!privateSubnetIds && !assignPublicIp) {
    yield {
      path: ['network', 'privateSubnetIds'],
      value: privateSubnetIds,
      rule: servers
        ? 'is required if capacity.websocket.type is "servers"'
        : internal
          ? 'is required for internal load balancers of a gateway'
          : 'is required unless assignPublicIp is true',
      fix: servers
        ? 'add a private subnet of each zone'
        : internal
          ? 'add a private subnet of each zone, or set gateway.internalLoadBalancers to false'
          : 'add a private subnet of each zone, or set assignPublicIp to true to run the tasks in the public subnets',
    };
  }
}

export const networkRules: readonly Rule[] = [oneSubnetPerZone, subnetsDiffer, subnetsForTasks];
