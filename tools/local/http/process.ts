import { isDeepStrictEqual } from 'node:util';
import { sdkEnvironment } from '../functions/environment';
import { Functions } from '../functions/functions';
import { localUrls } from '../functions/local-urls';
import { runProcess } from '../run-process';
import type { Setup } from '../setup';
import { HttpLane } from './http-lane';

/**
 * Maximum milliseconds for open requests when the app stops, and then for its containers. On AWS the deregistration delay and the stop
 * timeout apply; here a user waits.
 */
const LONGEST_DRAIN = 5000;

/** The process of the HTTP lane: its load balancers, containers and functions. */
runProcess(async (first, log) => {
  const { addresses } = first;
  const functions = new Functions(first.blueprint, addresses, 'http', log);
  const start = ({ blueprint }: Setup) => {
    const localize = localUrls(blueprint, addresses);
    return HttpLane.start({
      blueprint,
      ports: Object.fromEntries(Object.entries(addresses.loadBalancers).map(([id, { port }]) => [id, port])),
      environment: (container, service) => ({
        ...Object.fromEntries(Object.entries(container.environment).map(([name, value]) => [name, localize(value)])),
        ...sdkEnvironment(service.taskRoleArn, blueprint.region, addresses),
        AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
      }),
      invoke: (name, event) => functions.invoke(name, event),
      log,
    });
  };
  let current = first;
  let lane = await start(first);
  return {
    async update(next) {
      functions.reload(next.blueprint);
      // A restart frees ports and closes connections, so the lane restarts only if services or load balancers changed.
      const changed = !isDeepStrictEqual(parts(current), parts(next));
      current = next;
      if (changed) {
        await lane.close(LONGEST_DRAIN);
        lane = await start(next);
        log({ process: 'http', level: 'info', text: 'the HTTP lane runs the new code' });
      }
    },
    async stop() {
      await lane.close(LONGEST_DRAIN);
      await functions.close();
    },
  };
});

function parts({ blueprint }: Setup): object {
  return { loadBalancers: blueprint.loadBalancers, services: blueprint.services };
}
