import type { Finding, Sound } from './check-shape';
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

function* subnetsForTasks(settings: Sound<StageSettings>): Iterable<Finding> {
  const { network } = settings;
  if (!network) return;
  const { privateSubnetIds, assignPublicIp } = network;
  const servers = serversOf(settings) !== undefined;
  if (assignPublicIp && (servers || lambdaOf(settings))) {
    yield {
      path: ['network', 'assignPublicIp'],
      value: assignPublicIp,
      rule: servers
        ? 'must not be true if capacity.websocket.type is "servers", because functions that post to servers need private subnets'
        : 'must not be true if capacity.http.type is "lambda", because the function is not in the VPC',
      fix: servers && !privateSubnetIds ? 'remove it, and add privateSubnetIds' : 'remove it',
    };
    return;
  }
  if (!servers && lambdaOf(settings)) return;
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
        : 'is required unless assignPublicIp is true',
      fix: servers
        ? 'add a private subnet of each zone'
        : 'add a private subnet of each zone, or set assignPublicIp to true to run the tasks in the public subnets',
    };
  }
}

export const networkRules: readonly Rule[] = [oneSubnetPerZone, subnetsDiffer, subnetsForTasks];
