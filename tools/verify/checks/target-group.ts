import {
  DescribeTargetGroupAttributesCommand,
  DescribeTargetHealthCommand,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Aws } from '../aws';
import { type Check, check } from '../check';
import type { Deployment } from '../deployment';
import type { Question } from '../question';
import { attributes } from './attributes';

/**
 * Fargate kills a container 120 s after telling it to stop, at the latest: every `drain` is shorter, AWS's default of
 * 300 s is not.
 */
const LONGEST_DRAIN_SECONDS = 119;

export function targetGroupChecks({ targetGroupArn }: Deployment, aws: Aws): Check[] {
  const subject = `the target group ${targetGroupArn}`;
  const targets: Question<TargetHealthDescription[]> = {
    action: 'elasticloadbalancing:DescribeTargetHealth',
    arn: '*',
    subject,
    ask: async () => {
      const command = new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn });
      return (await aws.loadBalancing.send(command)).TargetHealthDescriptions ?? [];
    },
  };
  const settings = attributes('elasticloadbalancing:DescribeTargetGroupAttributes', subject, () =>
    aws.loadBalancing.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: targetGroupArn })),
  );
  return [
    check('At least one target is healthy, none unhealthy', [targets], (found) => {
      const states = found.map(health);
      return {
        kept: states.includes('healthy') && !states.includes('unhealthy'),
        found: count(states) || 'no targets',
      };
    }),
    check(`A leaving target has 1 to ${LONGEST_DRAIN_SECONDS} s to finish its requests`, [settings], (found) => {
      // Only a target group of functions has this attribute, and it has no delay: a function leaves after its request.
      if (found.has('lambda.multi_value_headers.enabled')) {
        return { kept: true, found: 'a function, nothing to drain' };
      }
      const delay = found.get('deregistration_delay.timeout_seconds');
      const seconds = Number(delay);
      return {
        kept: seconds >= 1 && seconds <= LONGEST_DRAIN_SECONDS,
        found: delay === undefined ? 'not set' : `${delay} s`,
      };
    }),
  ];
}

/** A function is not probed unless that is switched on, and then counts as able to serve. */
function health({ TargetHealth }: TargetHealthDescription): string {
  return TargetHealth?.Reason === 'Target.HealthCheckDisabled' ? 'healthy' : (TargetHealth?.State ?? 'unknown');
}

/** `['healthy', 'healthy', 'initial']` → `2 healthy, 1 initial` */
function count(states: readonly string[]): string {
  return [...new Set(states)].map((state) => `${states.filter((one) => one === state).length} ${state}`).join(', ');
}
