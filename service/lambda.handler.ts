/** Lambda handler of the service, for a target group of an ALB, with multi-value headers on or off. */
import { join } from 'node:path';
import type { ALBEvent, ALBResult } from 'aws-lambda';
import { FUNCTION_WAIT } from '../lambda/adapters/hint-queue';
import { environmentCredentials } from '../lambda/aws/credentials';
import { logLine } from '../lambda/logger';
import { deployedApp } from './deployed-app';
import { requestOf, resultOf } from './load-balancer-event';
import { refuseUnreadable } from './unreadable-request';

const app = deployedApp({
  documentation: join(__dirname, 'documentation'),
  credentials: environmentCredentials,
  waitForHint: FUNCTION_WAIT,
});

export async function handler(event: ALBEvent): Promise<ALBResult> {
  return resultOf(await answer(event), event);
}

async function answer(event: ALBEvent): Promise<Response> {
  let request: Request;
  try {
    request = requestOf(event);
  } catch (error) {
    return refuseUnreadable(error, logLine);
  }
  return app.fetch(request);
}
