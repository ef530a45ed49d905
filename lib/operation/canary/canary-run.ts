import { Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Environment } from '../../../lambda/environment';
import { ownSource } from '../../functions/own-source';
import type { CanaryContext } from './canary-config';
import type { CanaryCredentials } from './canary-credentials';

/** Source of the handler, whatever runs it. */
export const HANDLER = ownSource('lambda/canary.handler.ts');

/** Timeout of a run. The code ends it within 60 s, and the batching window of the delivery: a longer one cannot report what failed. */
export const RUN_TIMEOUT = Duration.seconds(90);

/** @param name - value of the dimension `Canary` of the metrics @returns the environment variables of the handler */
export function environmentOf(
  scope: Construct,
  name: string,
  { httpUrl, webSocketUrl, batchingWindow }: CanaryContext,
  { rules, secret }: CanaryCredentials,
): Record<string, string> {
  return {
    [Environment.HTTP_URL]: httpUrl,
    [Environment.WEBSOCKET_URL]: webSocketUrl,
    [Environment.CANARY_NAME]: name,
    [Environment.CANARY_SIGN_IN]: Stack.of(scope).toJsonString(rules),
    [Environment.CANARY_SECRET]: secret?.secretArn ?? 'none',
    ...(batchingWindow.toSeconds() > 0 && {
      [Environment.BATCHING_WINDOW_SECONDS]: String(batchingWindow.toSeconds()),
    }),
  };
}
