import { httpRequestsPerSecond } from '../scale/http-requests';
import type { CostLoad } from './cost-load';
import type { StageService } from './stage';

/** Tasks to which the service scales by its requests; 1 without such a policy. */
export function neededHttpTasks({ requestsPerTask }: StageService, load: CostLoad): number {
  const requests = 60 * httpRequestsPerSecond(load, load.httpRequestsPerSecond);
  return requestsPerTask === undefined ? 1 : Math.ceil(requests / requestsPerTask);
}
