import type { Stack } from 'aws-cdk-lib';
import { Authentication } from '../../../../lib/authentication/authentication';
import type { Canary } from '../../../../lib/operation/canary/canary';
import type { Twinlane, TwinlaneProps } from '../../../../lib/twinlane';
import { watchedTwinlane } from '../watched-lanes';

/** Both lanes with a canary, with the service of this repository and a user pool of the stack. */
export function lanesWithCanary(stack: Stack, canary: Canary, props: Partial<TwinlaneProps> = {}): Twinlane {
  return watchedTwinlane(stack, { authentication: Authentication.cognito(), operation: { canary }, ...props });
}
