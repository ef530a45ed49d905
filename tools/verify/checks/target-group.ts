import {
  DescribeTargetGroupAttributesCommand,
  DescribeTargetHealthCommand,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Aws } from '../aws';
import { type Check, check } from '../../aws-checks/check';
import type { Servers } from '../deployment';
import type { Query } from '../../aws-checks/query';
import { attributes } from './attributes';

/** Fargate kills a container at most 120 s after SIGTERM. Every valid `drain` is shorter; AWS's default of 300 s is not. */
const LONGEST_DRAIN_SECONDS = 119;

export function targetGroupChecks({ targetGroupArn }: Servers, aws: Aws): Check[] {
  const subject = `the target group ${targetGroupArn}`;
  const targets: Query<TargetHealthDescription[]> = {
    action: 'elasticloadbalancing:DescribeTargetHealth',
    arn: '*',
    subject,
    run: async () => {
      const command = new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn });
      return (await aws.loadBalancing.send(command)).TargetHealthDescriptions ?? [];
    },
  };
  const settings = attributes('elasticloadbalancing:DescribeTargetGroupAttributes', subject, () =>
    aws.loadBalancing.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: targetGroupArn })),
  );
  return [
    check('At least one target is healthy and none is unhealthy', [targets], (found) => {
      const states = found.map(health);
      return {
        passed: states.includes('healthy') && !states.includes('unhealthy'),
        pending: states.includes('initial') && !states.includes('unhealthy'),
        found: count(states) || 'no targets',
      };
    }),
    check(`The deregistration delay is 1 to ${LONGEST_DRAIN_SECONDS} s`, [settings], (found) => {
      // Only a target group of a Lambda function has this attribute. It needs no delay: a running request always finishes.
      if (found.has('lambda.multi_value_headers.enabled')) {
        return { passed: true, found: 'none needed for a function' };
      }
      const delay = found.get('deregistration_delay.timeout_seconds');
      const seconds = Number(delay);
      return {
        passed: seconds >= 1 && seconds <= LONGEST_DRAIN_SECONDS,
        found: delay === undefined ? 'not set' : `${delay} s`,
      };
    }),
  ];
}

/** Health checks of a function are off by default. It then counts as healthy. */
function health({ TargetHealth }: TargetHealthDescription): string {
  return TargetHealth?.Reason === 'Target.HealthCheckDisabled' ? 'healthy' : (TargetHealth?.State ?? 'unknown');
}

/** `['healthy', 'healthy', 'initial']` → `2 healthy, 1 initial` */
function count(states: readonly string[]): string {
  return [...new Set(states)].map((state) => `${states.filter((one) => one === state).length} ${state}`).join(', ');
}
