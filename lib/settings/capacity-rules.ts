import { defaultQuotas, FARGATE_MEMORY_MIB, type Quotas } from '../aws-limits';
import type { Finding, Sound } from './check-shape';
import { fargateOf } from './http-compute';
import { nearestNumber } from './nearest';
import type { Rule } from './rules';
import type { StageSettings } from './shape';
import { apiGatewayOf, serversOf } from './websocket-entry';

/** Tasks of a lane. */
interface Tasks {
  readonly lane: 'http' | 'websocket';
  readonly minTasks?: number;
  readonly maxTasks?: number;
  readonly cpu?: number;
  readonly memoryMiB?: number;
}

/** @returns the tasks of each lane that has any */
function tasksOf(settings: Sound<StageSettings>): Tasks[] {
  const [http, websocket] = [fargateOf(settings), serversOf(settings)];
  return [
    ...(http ? [{ ...http, lane: 'http' } as const] : []),
    ...(websocket ? [{ ...websocket, lane: 'websocket' } as const] : []),
  ];
}

function* minNotAboveMax(settings: Sound<StageSettings>): Iterable<Finding> {
  for (const { lane, minTasks, maxTasks } of tasksOf(settings)) {
    if (minTasks && maxTasks && minTasks > maxTasks) {
      yield {
        path: ['capacity', lane, 'minTasks'],
        value: minTasks,
        rule: `must be at most maxTasks, ${maxTasks}`,
        fix: `set it to ${maxTasks} or less, or maxTasks to ${minTasks} or more`,
      };
    }
  }
}

function* memoryFitsCpu(settings: Sound<StageSettings>): Iterable<Finding> {
  for (const { lane, cpu, memoryMiB } of tasksOf(settings)) {
    const sizes = cpu && FARGATE_MEMORY_MIB.get(cpu);
    if (sizes && memoryMiB && !sizes.includes(memoryMiB)) {
      yield {
        path: ['capacity', lane, 'memoryMiB'],
        value: memoryMiB,
        rule: `must be a Fargate memory size for cpu ${cpu}, from ${sizes.at(0)} to ${sizes.at(-1)}`,
        fix: `use ${nearestNumber(memoryMiB, sizes)}, or another cpu`,
      };
    }
  }
}

/**
 * Twice the tasks of both lanes: a deployment starts the new tasks before it stops the old ones.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
 */
function* tasksFitQuota(settings: Sound<StageSettings>): Iterable<Finding> {
  const { fargateVcpus } = quotasOf(settings);
  const claims = tasksOf(settings).flatMap(({ lane, maxTasks, cpu }) =>
    maxTasks && cpu ? [{ lane, maxTasks, vcpus: cpu / 1024 }] : [],
  );
  const sum = claims.reduce((total, { maxTasks, vcpus }) => total + 2 * maxTasks * vcpus, 0);
  if (sum <= fargateVcpus) return;
  const increase = 'request an increase of quota L-3032A538 and set quotas.fargateVcpus';
  const [only, ...others] = claims;
  if (only && others.length === 0) {
    yield {
      path: ['capacity', only.lane, 'maxTasks'],
      value: only.maxTasks,
      rule: `needs ${sum} vCPU during a deployment (2 x ${only.maxTasks} tasks x ${only.vcpus} vCPU), and the quota is ${fargateVcpus}`,
      fix: `lower maxTasks or cpu, or ${increase}`,
    };
  } else {
    const list = claims.map(({ lane, maxTasks, vcpus }) => `${lane}: 2 x ${maxTasks} tasks x ${vcpus} vCPU`).join('; ');
    yield {
      path: ['capacity'],
      value: undefined,
      rule: `needs ${sum} vCPU during a deployment (${list}), and the quota is ${fargateVcpus}`,
      fix: `lower maxTasks or cpu of a lane, or ${increase}`,
    };
  }
}

function* throttleFitsQuota(settings: Sound<StageSettings>): Iterable<Finding> {
  const { rateLimit, burstLimit } = apiGatewayOf(settings) ?? {};
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
