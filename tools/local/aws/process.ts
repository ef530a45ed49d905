import { Authorizer } from '../identity/authorize';
import { latenciesOf } from '../latency/latencies';
import { runProcess } from '../run-process';
import { startAws } from './aws';

/** The process of the tables, streams and queues. */
runProcess(async ({ blueprint, addresses, iam, data, streams, latency, signingKey }, log) => {
  const aws = await startAws({
    blueprint,
    port: Number(new URL(addresses.awsEndpoint).port),
    ...(data && { data }),
    ...(streams && { streams }),
    ...(signingKey && { signingKey }),
    latencies: latenciesOf(latency),
    authorizer: new Authorizer(blueprint.roles, iam, blueprint.region, blueprint.accountId),
    log,
  });
  return { update: async () => undefined, stop: () => aws.close() };
});
