import type { IAdmission } from '../../authentication/admission';
import type { HttpLane } from '../../http-lane/http-lane';
import { derived, eachFunction, labeled, percentiles, refusals, throttledTable } from './metrics';
import type { Cell, Cells } from './row';
import { serverErrors, taskSaturation } from './tasks';

/** @returns the cells of the HTTP lane. @param isShared true if servers of the WebSocket lane share its load balancer */
export function httpCells(
  { compute, loadBalancer, metricLane }: HttpLane,
  { admission, isShared }: { readonly admission?: IAdmission; readonly isShared: boolean },
): Cells {
  const { targetGroup, function: fn } = compute;
  const functions = fn ? [fn] : [];
  const both = isShared ? ', both lanes' : '';
  return {
    traffic: () => ({
      left: { label: 'requests', metrics: [targetGroup.metrics.requestCount(labeled('requests'))] },
    }),
    errors: () => ({
      left: {
        label: 'errors',
        metrics: [
          ...serverErrors({ targetGroup, loadBalancer }, '5xx of the service', both),
          ...eachFunction(functions, 'Errors'),
        ],
      },
    }),
    latency: () => ({
      left: { label: 'seconds', metrics: percentiles((options) => targetGroup.metrics.targetResponseTime(options)) },
    }),
    saturation: () => saturation(compute),
    throttles: () => ({
      left: {
        label: 'throttled',
        metrics: [
          loadBalancer.metrics.rejectedConnectionCount(labeled(`connections to the load balancer${both}`)),
          ...eachFunction(functions, 'Throttles'),
          ...throttledTable(admission?.table, 'admission table'),
        ],
      },
    }),
    refusals: () => refusals(metricLane),
    cost: () => ({
      left: { label: 'LCUs', metrics: [loadBalancer.metrics.consumedLCUs(labeled(`LCUs${both}`))] },
      ...(fn && {
        right: {
          label: 'seconds',
          metrics: [
            derived('duration of the function', 'FILL(duration, 0) / 1000', {
              duration: fn.function.metricDuration(labeled('duration')),
            }),
          ],
        },
      }),
    }),
  };
}

function saturation({ service, targetGroup, scaling, function: fn }: HttpLane['compute']): Cell {
  if (service) {
    return taskSaturation({ service, targetGroup, ...(scaling && { scaling }) });
  }
  return fn
    ? {
        left: {
          label: 'executions',
          metrics: eachFunction([fn], 'ConcurrentExecutions'),
          ...(fn.reservedConcurrency !== undefined && {
            limits: [{ value: fn.reservedConcurrency, label: 'reserved concurrency' }],
          }),
        },
      }
    : 'This compute has neither a service of ECS nor a function.';
}
