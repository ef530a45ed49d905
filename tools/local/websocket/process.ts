import { Functions } from '../functions/functions';
import { Authorizer } from '../identity/authorize';
import { callerOf } from '../identity/credentials';
import { latenciesOf } from '../latency/latencies';
import { runProcess } from '../run-process';
import { startGateway } from './gateway';

/** The process of the WebSocket lane: its APIs and their functions. */
runProcess(async ({ blueprint, addresses, iam, latency, disconnectDelaySeconds }, log) => {
  const functions = new Functions(blueprint, addresses, 'websocket', log);
  const authorizer = new Authorizer(blueprint.roles, iam, blueprint.region, blueprint.accountId);
  const gateway = await startGateway(blueprint, {
    invoke: (name, event, timeout) => functions.invoke(name, event, timeout),
    identity: { callerOf, authorize: (role, action, resource) => authorizer.authorize(role, action, resource) },
    log,
    latencies: latenciesOf(latency),
    ...(disconnectDelaySeconds !== undefined && { disconnectDelaySeconds }),
    ports: Object.fromEntries(Object.entries(addresses.webSocketApis).map(([id, { port }]) => [id, port])),
  });
  return {
    // Sockets stay open. The new code handles their next frame.
    update: async (setup) => functions.reload(setup.blueprint),
    async stop() {
      await gateway.drain();
      await functions.close();
    },
  };
});
