/**
 * The process "http": gets `{blueprint, addresses}` in its first message, answers `{ready: true}`, and sends `{log}` lines.
 * On SIGTERM, or when the runner is gone, it drains and ends.
 */
import { once } from 'node:events';
import type { Addresses } from '../addresses';
import type { Blueprint } from '../blueprint';
import { sdkEnvironment } from '../functions/environment';
import { Functions } from '../functions/functions';
import { localUrls } from '../functions/local-urls';
import type { Log } from '../log-line';
import { HttpLane } from './http-lane';

/** Milliseconds that open requests get after Ctrl-C: a person waits. On AWS it is the deregistration delay. */
const LONGEST_DRAIN = 5000;

const log: Log = (line) => {
  // A runner that is gone reads no more.
  if (process.connected) {
    process.send?.({ log: { time: new Date().toISOString(), ...line } });
  }
};

async function main(): Promise<void> {
  const gone = Promise.race([once(process, 'SIGTERM'), once(process, 'disconnect')]);
  // Ctrl-C reaches the runner too, which says when to drain.
  process.on('SIGINT', () => undefined);
  const [{ blueprint, addresses }] = (await once(process, 'message')) as [
    { blueprint: Blueprint; addresses: Addresses },
  ];
  const functions = new Functions(blueprint, addresses, 'http', log);
  const localize = localUrls(blueprint, addresses);
  const lane = await HttpLane.start({
    blueprint,
    ports: Object.fromEntries(Object.entries(addresses.loadBalancers).map(([id, { port }]) => [id, port])),
    environment: (container, { taskRoleArn }) => ({
      ...Object.fromEntries(Object.entries(container.environment).map(([name, value]) => [name, localize(value)])),
      ...sdkEnvironment(taskRoleArn, blueprint.region, addresses),
      AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    }),
    invoke: (name, event) => functions.invoke(name, event),
    log,
  });
  process.send?.({ ready: true });
  await gone;
  await lane.close(LONGEST_DRAIN);
  await functions.close();
  process.exit(0);
}

main().catch((error: Error) => {
  log({ lane: 'http', level: 'error', text: error.message });
  // Ends once the line is sent.
  process.exitCode = 1;
  process.disconnect();
});
