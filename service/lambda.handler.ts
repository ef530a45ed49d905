/** Lambda handler of the service, for a target group of an ALB, with multi-value headers on or off. */
import { join } from 'node:path';
import type { ALBEvent, ALBResult } from 'aws-lambda';
import { FUNCTION_WAIT } from '../lambda/adapters/hint-queue';
import { environmentCredentials } from '../lambda/aws/credentials';
import { EmbeddedMetrics } from '../lambda/embedded-metrics';
import { required } from '../lambda/environment';
import { logLine } from '../lambda/logger';
import { measured } from '../lambda/measured';
import { deployedApp } from './deployed-app';
import { requestOf, resultOf } from './load-balancer-event';
import { refuseUnreadable } from './unreadable-request';

const metrics = new EmbeddedMetrics(required('METRIC_LANE'));
const app = deployedApp({
  documentation: join(__dirname, 'documentation'),
  credentials: environmentCredentials,
  waitForHint: FUNCTION_WAIT,
  metrics,
});

export const handler = measured(metrics, async (event: ALBEvent): Promise<ALBResult> =>
  resultOf(await answer(event), event),
);

async function answer(event: ALBEvent): Promise<Response> {
  let request: Request;
  try {
    request = requestOf(event);
  } catch (error) {
    return refuseUnreadable(error, logLine);
  }
  return app.fetch(request);
}
