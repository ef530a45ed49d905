import type { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  HttpCodeElb,
  HttpCodeTarget,
  type IApplicationLoadBalancer,
  type IApplicationTargetGroup,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { expressionOf, SUM } from './statistics';
import type { Thresholds } from './thresholds';

/** Metrics of requests and of responses with 5xx. */
interface Requests {
  /** Requests for which a target was chosen. Others are not counted. */
  readonly requests: Metric;

  /** Responses with 5xx of targets. */
  readonly failed: Metric;

  /** Responses with 5xx of the load balancer itself: with no healthy target, it answers all requests so. */
  readonly unanswered?: Metric;
}

/**
 * @returns the percentage of requests that failed with 5xx, and 0 with few requests of which few failed. A 5xx metric has no value in a
 * minute without such responses.
 */
export function errorPercent(
  { requests, failed, unanswered }: Requests,
  { leastRequests, leastErrors }: Thresholds,
): MathExpression {
  const errors = unanswered ? '(FILL(unanswered, 0) + FILL(failed, 0))' : 'FILL(failed, 0)';
  const all = unanswered ? '(FILL(requests, 0) + FILL(unanswered, 0))' : 'FILL(requests, 0)';
  return expressionOf(
    `IF((${all} > ${leastRequests}) OR (${errors} >= ${leastErrors}), 100 * ${errors} / ${all}, 0)`,
    { requests, failed, ...(unanswered && { unanswered }) },
    'Requests that failed (percent)',
  );
}

/** @returns the requests of the targets of a group, or of all targets of a load balancer */
export function requestsOf({
  metrics,
}: Pick<IApplicationTargetGroup, 'metrics'> | Pick<IApplicationLoadBalancer, 'metrics'>): Requests {
  return {
    requests: metrics.requestCount(SUM),
    failed: metrics.httpCodeTarget(HttpCodeTarget.TARGET_5XX_COUNT, SUM),
  };
}

/** @returns the responses with 5xx of a load balancer itself, whatever target group they are about */
export function unansweredBy({ metrics }: IApplicationLoadBalancer): Metric {
  return metrics.httpCodeElb(HttpCodeElb.ELB_5XX_COUNT, SUM);
}
