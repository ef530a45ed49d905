import type { DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { StartedRunner } from '../local/started-runner';

/** @returns what lets an SDK do to a running app's tables and queues whatever a person may. */
export function atDesk(runner: StartedRunner): Pick<DynamoDBClientConfig, 'region'> & {
  endpoint: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
} {
  return {
    endpoint: runner.ready.awsEndpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'person', secretAccessKey: 'person' },
  };
}
