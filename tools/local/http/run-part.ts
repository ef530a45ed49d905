import { isDeepStrictEqual } from 'node:util';
import { confined, sdkEnvironment } from '../functions/environment';
import type { Functions } from '../functions/functions';
import { localUrls } from '../functions/local-urls';
import type { Log } from '../log-line';
import type { RunningProcess } from '../run-process';
import type { Setup } from '../setup';
import { LoadBalancers } from './load-balancers';
import { partOf, type ProcessOfPart } from './part';

/**
 * Maximum milliseconds for open requests when the app stops, and then for its containers. On AWS the deregistration delay and the stop
 * timeout apply; here a user waits.
 */
const LONGEST_DRAIN = 5000;

export interface RunPartOptions {
  /** The process that runs the part, and that its log lines name. */
  readonly process: ProcessOfPart;
  readonly setup: Setup;
  /** The functions that its target groups invoke. They are not reloaded or closed here. */
  readonly functions: Pick<Functions, 'invoke'>;
  readonly log: Log;
}

/** Runs the load balancers and services of a process. An update restarts them only if one of them changed. */
export async function runPart({
  process,
  setup,
  functions,
  log,
}: RunPartOptions): Promise<RunningProcess & { readonly problems: readonly string[] }> {
  const { addresses } = setup;
  const start = ({ blueprint }: Setup) => {
    const localize = localUrls(blueprint, addresses);
    return LoadBalancers.start({
      blueprint: partOf(process, blueprint),
      ports: Object.fromEntries(Object.entries(addresses.loadBalancers).map(([id, { port }]) => [id, port])),
      environment: (container, service) => ({
        ...confined(withPath(container.environment, localize), addresses),
        ...sdkEnvironment(service.taskRoleArn, service.region, addresses),
        AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
      }),
      invoke: (functionArn, event) => functions.invoke(functionArn, event),
      log: (line) => log({ process, ...line }),
    });
  };
  let current = setup;
  let running = await start(setup);
  return {
    get problems() {
      return running.problems;
    },
    async update(next) {
      // A restart frees ports and closes connections.
      const changed = !isDeepStrictEqual(partOf(process, current.blueprint), partOf(process, next.blueprint));
      current = next;
      if (changed) {
        await running.close(LONGEST_DRAIN);
        running = await start(next);
        const text = `the ${process === 'http' ? 'HTTP lane runs' : 'WebSocket servers run'} the new code`;
        log({ process, level: 'info', text });
      }
    },
    stop: () => running.close(LONGEST_DRAIN),
  };
}

function withPath(
  environment: Readonly<Record<string, string>>,
  localize: (text: string) => string,
): Record<string, string> {
  const { PATH = '' } = process.env;
  return { PATH, ...Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, localize(value)])) };
}
