import type { StartedRunner } from '../support/started-runner';

/** @returns SDK configuration with an operator's access to a running app's tables, streams and queues. */
export function operatorConfig(runner: StartedRunner) {
  return {
    endpoint: runner.ready.awsEndpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'person', secretAccessKey: 'person' },
  };
}
