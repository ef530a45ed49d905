import type { StartedRunner } from '../support/started-runner';

/** @returns what lets an SDK do to a running app's tables, streams and queues whatever a person may. */
export function atDesk(runner: StartedRunner) {
  return {
    endpoint: runner.ready.awsEndpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'person', secretAccessKey: 'person' },
  };
}
