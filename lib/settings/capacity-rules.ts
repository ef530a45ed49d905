import { defaultQuotas, FARGATE_MEMORY_MIB, type Quotas, UNRESERVED_CONCURRENCY } from '../aws-limits';
import type { Finding, Sound } from './check-shape';
import { nearest } from './nearest';
import type { Rule } from './rules';
import type { StageSettings } from './shape';

function* minNotAboveMax({ capacity }: Sound<StageSettings>): Iterable<Finding> {
  const { minTasks, maxTasks } = capacity?.http ?? {};
  if (minTasks && maxTasks && minTasks > maxTasks) {
    yield {
      path: ['capacity', 'http', 'minTasks'],
      value: minTasks,
      rule: `must not be more than maxTasks, ${maxTasks}`,
      mend: `write ${maxTasks} or less, or raise maxTasks to ${minTasks}`,
    };
  }
}

function* memoryFitsCpu({ capacity }: Sound<StageSettings>): Iterable<Finding> {
  const { cpu, memoryMiB } = capacity?.http ?? {};
  const sizes = cpu && FARGATE_MEMORY_MIB.get(cpu);
  if (sizes && memoryMiB && !sizes.includes(memoryMiB)) {
    yield {
      path: ['capacity', 'http', 'memoryMiB'],
      value: memoryMiB,
      rule: `must be a size that Fargate sells with cpu ${cpu}, from ${sizes.at(0)} to ${sizes.at(-1)}`,
      mend: `write ${nearest(memoryMiB, sizes)}, the nearest, or choose another cpu`,
    };
  }
}

/**
 * Twice the tasks: a deployment starts the new ones before it stops the old, and one at the peak would otherwise hang.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
 */
function* tasksFitQuota(settings: Sound<StageSettings>): Iterable<Finding> {
  const { maxTasks, cpu } = settings.capacity?.http ?? {};
  const { fargateVcpus } = quotasOf(settings);
  if (maxTasks && cpu && (2 * maxTasks * cpu) / 1024 > fargateVcpus) {
    yield {
      path: ['capacity', 'http', 'maxTasks'],
      value: maxTasks,
      rule: `must fit twice, for deployments, in the quota of ${fargateVcpus} vCPU: 2 x ${maxTasks} x ${cpu / 1024} is more`,
      mend: 'lower maxTasks or cpu, or have quota L-3032A538 raised and write it in quotas.fargateVcpus',
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
      rule: `must fit in the quota of ${apiGatewayRequestsPerSecond} requests a second`,
      mend: 'lower it, or have quota L-8A5B8E43 raised and write it in quotas.apiGatewayRequestsPerSecond',
    };
  }
  if (burstLimit && burstLimit > apiGatewayBurst) {
    yield {
      path: ['capacity', 'websocket', 'burstLimit'],
      value: burstLimit,
      rule: `must fit in the burst of ${apiGatewayBurst} requests`,
      mend: 'lower it, or, if AWS has set a higher one, write it in quotas.apiGatewayBurst',
    };
  }
}

function* reservationsFitQuota(settings: Sound<StageSettings>): Iterable<Finding> {
  const reserved = settings.capacity?.websocket?.reservedConcurrency ?? {};
  const sum = Object.values(reserved).reduce((total, each) => total + each, 0);
  const most = quotasOf(settings).lambdaConcurrency - UNRESERVED_CONCURRENCY;
  if (sum > 0 && sum > most) {
    yield {
      path: ['capacity', 'websocket', 'reservedConcurrency'],
      value: reserved,
      rule: `must leave ${UNRESERVED_CONCURRENCY} of the quota of ${most + UNRESERVED_CONCURRENCY} executions unreserved, and reserves ${sum}`,
      mend: `reserve ${Math.max(most, 0)} in all or less, or have quota L-B99A9384 raised and write it in quotas.lambdaConcurrency`,
    };
  }
}

function quotasOf({ region, quotas }: Sound<StageSettings>): Quotas {
  return { ...defaultQuotas(region), ...quotas };
}

export const capacityRules: readonly Rule[] = [
  minNotAboveMax,
  memoryFitsCpu,
  tasksFitQuota,
  throttleFitsQuota,
  reservationsFitQuota,
];
