import { functionClient } from '../functions/function-client';
import { Authorizer } from '../identity/authorize';
import { latenciesOf } from '../latency/latencies';
import { CertificateAuthority } from '../network/certificate-authority';
import { Front } from '../network/front';
import { Routes } from '../network/routes';
import { runProcess } from '../run-process';
import { startAws } from './aws';

/** The process of the services of AWS, and of the front for calls to AWS. */
runProcess(async ({ blueprint, addresses, authority, iam, data, streams, latency, signingKey }, log) => {
  const aws = await startAws({
    blueprint,
    port: Number(new URL(addresses.awsEndpoint).port),
    ...(data && { data }),
    ...(streams && { streams }),
    ...(signingKey && { signingKey }),
    latencies: latenciesOf(latency),
    authorizer: new Authorizer(blueprint.roles, iam),
    iam,
    ...(addresses.functionsEndpoint !== undefined && { invoke: functionClient(addresses.functionsEndpoint) }),
    log,
  });
  const front =
    addresses.front &&
    authority &&
    (await Front.open({
      port: addresses.front.port,
      routes: new Routes(blueprint, addresses),
      authority: new CertificateAuthority(authority),
      services: (request, response) => aws.serve(request, response),
      callers: blueprint,
      log,
    }));
  return {
    update: async (setup) => aws.reload(setup.blueprint.functions),
    async stop() {
      await aws.close();
      await front?.close();
    },
  };
});
