import { Authorizer } from '../identity/authorize';
import { runPart } from '../part';
import { startAws } from './aws';

/** The process that holds tables, streams and queues. */
runPart(async ({ blueprint, addresses, iam, data, signingKey }, log) => {
  const aws = await startAws({
    blueprint,
    port: Number(new URL(addresses.awsEndpoint).port),
    ...(data && { data }),
    ...(signingKey && { signingKey }),
    authorizer: new Authorizer(blueprint.roles, iam, blueprint.region, blueprint.accountId),
    log,
  });
  return { update: async () => undefined, stop: () => aws.close() };
});
