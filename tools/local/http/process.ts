import { Functions } from '../functions/functions';
import { runProcess } from '../run-process';
import { runPart } from './run-part';

/** The process of the HTTP lane: its load balancers, containers and functions. */
runProcess(async (setup, log, { invoked }) => {
  const functions = new Functions(setup.blueprint, setup.addresses, 'http', log, invoked);
  const part = await runPart({ process: 'http', setup, functions, log });
  return {
    get problems() {
      return part.problems;
    },
    async update(next) {
      functions.reload(next.blueprint);
      await part.update(next);
    },
    async stop() {
      await part.stop();
      await functions.close();
    },
  };
});
