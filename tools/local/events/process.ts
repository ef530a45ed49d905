import { runProcess } from '../run-process';
import { Mappings } from './mappings';

/** The process of the event sources: it reads streams and queues, and invokes their functions. */
runProcess(async ({ blueprint, addresses, checkpoints = {} }, log, remember) => {
  const mappings = new Mappings({
    blueprint,
    addresses,
    checkpoints,
    log,
    onCheckpoint: (mapping, shardId, sequenceNumber) => remember({ mapping, shardId, sequenceNumber }),
  });
  return {
    update: async (setup) => mappings.reload(setup.blueprint),
    async stop() {
      await mappings.drain();
      await mappings.close();
    },
  };
});
