import { defaultQuotas, FARGATE_MEMORY_MIB, type Quotas } from '../aws-limits';
import type { Finding, Sound } from './check-shape';
import { fargateOf } from './http-compute';
import { nearestNumber } from './nearest';
import type { Rule } from './rules';
import type { StageSettings } from './shape';

function* minNotAboveMax(settings: Sound<StageSettings>): Iterable<Finding> {
  const { minTasks, maxTasks } = fargateOf(settings) ?? {};
  if (minTasks && maxTasks && minTasks > maxTasks) {
    yield {
      path: ['capacity', 'http', 'minTasks'],
      value: minTasks,
      rule: `must be at most maxTasks, ${maxTasks}`,
      fix: `set it to ${maxTasks} or less, or maxTasks to ${minTasks} or more`,
    };
  }
}

function* memoryFitsCpu(settings: Sound<StageSettings>): Iterable<Finding> {
  const { cpu, memoryMiB } = fargateOf(settings) ?? {};
  const sizes = cpu && FARGATE_MEMORY_MIB.get(cpu);
  if (sizes && memoryMiB && !sizes.includes(memoryMiB)) {
    yield {
      path: ['capacity', 'http', 'memoryMiB'],
      value: memoryMiB,
      rule: `must be a Fargate memory size for cpu ${cpu}, from ${sizes.at(0)} to ${sizes.at(-1)}`,
      fix: `use ${nearestNumber(memoryMiB, sizes)}, or another cpu`,
    };
  }
}

/**
 * Twice the tasks: a deployment starts the new tasks before it stops the old ones.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
 */
function* tasksFitQuota(settings: Sound<StageSettings>): Iterable<Finding> {
  const { maxTasks, cpu } = fargateOf(settings) ?? {};
  const { fargateVcpus } = quotasOf(settings);
  if (maxTasks && cpu && (2 * maxTasks * cpu) / 1024 > fargateVcpus) {
    yield {
      path: ['capacity', 'http', 'maxTasks'],
      value: maxTasks,
      rule: `needs ${(2 * maxTasks * cpu) / 1024} vCPU during a deployment (2 x ${maxTasks} tasks x ${cpu / 1024} vCPU), and the quota is ${fargateVcpus}`,
      fix: 'lower maxTasks or cpu, or request an increase of quota L-3032A538 and set quotas.fargateVcpus',
    };
  }
}

function* throttleFitsQuota(settings: Sound<StageSettings>): Iterable<Finding> {
  const { rateLimit, burstLimit } = settings.capacity?.websocket ?? {};
  const { apiGatewayRequestsPerSecond, apiGatewayBurst } = quotasOf(settings);
  if (rateLimit && rateLimit > apiGatewayRequestsPerSecond) {
    yield {
      path: ['capacity', 'websocket', 'rateLimit'],
      value: rateLimit,
      rule: `must be at most the quota of ${apiGatewayRequestsPerSecond} requests per second`,
      fix: 'lower it, or request an increase of quota L-8A5B8E43 and set quotas.apiGatewayRequestsPerSecond',
    };
  }
  if (burstLimit && burstLimit > apiGatewayBurst) {
    yield {
      path: ['capacity', 'websocket', 'burstLimit'],
      value: burstLimit,
      rule: `must be at most the burst quota of ${apiGatewayBurst} requests`,
      fix: 'lower it, or set quotas.apiGatewayBurst if AWS gave your account a higher one',
    };
  }
}

/** @returns the quotas of the settings, and the defaults of AWS for the others */
export function quotasOf({ region, quotas }: Sound<StageSettings>): Quotas {
  return { ...defaultQuotas(region), ...quotas };
}

export const capacityRules: readonly Rule[] = [minNotAboveMax, memoryFitsCpu, tasksFitQuota, throttleFitsQuota];
