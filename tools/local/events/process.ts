import { FunctionServer } from '../functions/function-server';
import { Functions } from '../functions/functions';
import { runProcess } from '../run-process';
import { Mappings } from './mappings';

/** The process of the event sources: it reads streams and queues, and invokes their functions, and those that calls of Lambda's API name. */
runProcess(async ({ blueprint, addresses, checkpoints = {} }, log, { remember, invoked }) => {
  const functions = new Functions(blueprint, addresses, 'events', log, invoked);
  const { functionsEndpoint } = addresses;
  const server = functionsEndpoint && (await FunctionServer.open(Number(new URL(functionsEndpoint).port), functions));
  const mappings = new Mappings({
    blueprint,
    functions,
    addresses,
    checkpoints,
    log,
    onCheckpoint: (mapping, shardId, sequenceNumber) => remember({ mapping, shardId, sequenceNumber }),
  });
  return {
    update: async (setup) => functions.reload(setup.blueprint),
    async stop() {
      await Promise.all([mappings.drain(), server && server.close()]);
      await functions.close();
    },
  };
});
