import { estimate } from '../scale/estimate';
import { tasksOf } from '../scale/tasks';
import { isExceeded } from '../scale/utilization';
import type { CostLoad } from './cost-load';
import { neededHttpTasks } from './http-tasks';
import type { Stage } from './stage';

/** Limits that a load exceeds: default quotas of an account, and the most tasks of a service. Its bill cannot occur unless they are raised. */
export function exceededBy({ httpService, servers }: Stage, load: CostLoad): string[] {
  const needed = [
    ['HTTP', httpService, httpService ? neededHttpTasks(httpService, load) : 0],
    ['WebSocket', servers, servers ? tasksOf(load) : 0],
  ] as const;
  return [
    ...estimate(load)
      .utilization.filter(isExceeded)
      .map(({ limit }) => limit),
    ...needed.flatMap(([lane, service, tasks]) =>
      service && tasks > service.maxTasks ? [`${lane} tasks (${tasks} needed, at most ${service.maxTasks})`] : [],
    ),
  ];
}
