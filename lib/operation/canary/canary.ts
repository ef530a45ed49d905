import type { Construct } from 'constructs';
import type { CanaryConfig, CanaryContext } from './canary-config';
import type { CanaryProps, SyntheticsCanaryProps } from './canary-props';
import { ScheduledCanary } from './scheduled-canary';
import { SyntheticsCanary } from './synthetics-canary';

/**
 * A client that checks both lanes every few minutes, as a user of its own tenant. It uses nothing of either lane but their public hosts. It
 * runs in the account and Region of the stack, so it does not see the path of clients elsewhere.
 *
 * With a user pool, it signs in by `ADMIN_USER_PASSWORD_AUTH`, a flow that needs AWS credentials. The app client must allow it: that of
 * `Authentication.cognito()` does as soon as there is a canary. For one of your own, set `authFlows.adminUserPassword`.
 */
export abstract class Canary {
  /** A function with a schedule. It has an alarm for each lane. */
  static scheduled(props: CanaryProps = {}): Canary {
    return new ScheduledCanary(props);
  }

  /**
   * A canary of CloudWatch Synthetics, whose console shows each run. It has one alarm for all checks, and costs more than a function: AWS
   * charges for each run, too. CloudWatch Synthetics creates its log group, and keeps the logs without a limit.
   */
  static synthetics(props: SyntheticsCanaryProps = {}): Canary {
    return new SyntheticsCanary(props);
  }

  /** Creates the resources that it needs below `scope`. */
  abstract bind(scope: Construct, context: CanaryContext): CanaryConfig;
}
