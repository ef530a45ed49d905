/** Lambda handler of the service, for a target group of an ALB, with multi-value headers on or off. */
import { join } from 'node:path';
import { handle } from 'hono/aws-lambda';
import { environmentCredentials } from '../lambda/aws/credentials';
import { deployedApp } from './deployed-app';

export const handler = handle(deployedApp(join(__dirname, 'documentation'), environmentCredentials));
