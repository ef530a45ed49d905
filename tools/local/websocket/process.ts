import { Functions } from '../functions/functions';
import { runPart } from '../http/run-part';
import { Authorizer } from '../identity/authorize';
import { callerOf } from '../identity/credentials';
import { latenciesOf } from '../latency/latencies';
import { runProcess } from '../run-process';
import { startGateway } from './gateway';

/** The process of the WebSocket lane: its APIs and their functions, and the load balancers and containers that serve only WebSockets. */
runProcess(async (first, log, { invoked }) => {
  const { blueprint, addresses, iam, latency, disconnectDelaySeconds } = first;
  const functions = new Functions(blueprint, addresses, 'websocket', log, invoked);
  const authorizer = new Authorizer(blueprint.roles, iam);
  const gateway = await startGateway(blueprint, {
    invoke: (functionArn, event, timeout) => functions.invoke(functionArn, event, timeout),
    identity: { callerOf, authorize: (role, action, resource) => authorizer.authorize(role, action, resource) },
    awsEndpoint: addresses.awsEndpoint,
    log,
    latencies: latenciesOf(latency),
    ...(disconnectDelaySeconds !== undefined && { disconnectDelaySeconds }),
    ports: Object.fromEntries(Object.entries(addresses.webSocketApis).map(([id, { port }]) => [id, port])),
  });
  const servers = await runPart({ process: 'websocket', setup: first, functions, log });
  return {
    get problems() {
      return servers.problems;
    },
    async update(next) {
      // Sockets of the APIs stay open. The new code handles their next frame.
      functions.reload(next.blueprint);
      await servers.update(next);
    },
    async stop() {
      await Promise.all([gateway.drain(), servers.stop()]);
      await functions.close();
    },
  };
});
