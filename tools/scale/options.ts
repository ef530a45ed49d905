import { Option } from 'commander';
import { type Fact, published, Quota, unverified } from './facts';
import { DEFAULTS, type Load } from './load';
import { number } from './number-argument';
import { LEAST_LAMBDA_MEMORY_MIB, MOST_LAMBDA_MEMORY_MIB } from '../../lib/aws-limits';
import { commandNamed, parseArguments, type Terminal } from '../cli';

/** Parsed arguments of the command. */
export interface Options {
  readonly load: Load;
  readonly print: 'report' | 'json' | 'tables';
}

const EPILOGUE = `
Numbers can be written as 1e6, and those that need not be whole as 1/10.

docs/scale.md describes the estimate, what it omits, and results for 1e3 to 1e7 connections.
Assumptions, not measured on AWS:
${list(unverified())}

Published by others, who measured on AWS:
${list(published())}

Exit codes:
  0  the estimate was printed, with any result
  2  invalid arguments

Examples:
  npm run scale -- --connections 1e6
  npm run scale -- --connections 1e6 --entry servers
  npm run scale -- --connections 1e5 --rate 1 --entry servers --gateway cloudFront
  npm run scale -- --connections 1e5 --rate 1 --max-batching-window 15
  npm run scale --silent -- --connections 1e7 --requests-per-second 1e5 --connects-per-second 5e3 --json
`;

/** One line for each number. */
function list(facts: [name: string, fact: Fact][]): string {
  return facts
    .map(([name, { value, unit, source }]) => `  ${name.padEnd(22)} ${`${value} ${unit}`.padEnd(11)} ${source}`)
    .join('\n');
}

/**
 * Parses the arguments. Writes help to standard output and errors to standard error.
 *
 * @throws {CommanderError} after help (`exitCode` 0) or an error (another)
 */
export function parse(args: readonly string[], terminal: Terminal): Options {
  const whole = (from: number, to: number) => number(from, to, true);
  const memory = whole(LEAST_LAMBDA_MEMORY_MIB, MOST_LAMBDA_MEMORY_MIB);
  const command = commandNamed('npm run scale --')
    .description('Estimates how a load uses the quotas of AWS, and how long a message takes to reach all connections.')
    .addOption(
      new Option('--entry <entry>', 'entry of the lane: an API Gateway API, or servers behind a load balancer')
        .choices(['apiGateway', 'servers'])
        .default(DEFAULTS.entry),
    )
    .addOption(
      new Option(
        '--gateway <gateway>',
        'gateway in front of both lanes; CloudFront replaces the price of transfer to clients. The load balancer as the gateway adds no cost, so it is no choice here: use none',
      )
        .choices(['none', 'cloudFront'])
        .default(DEFAULTS.gateway),
    )
    .option('--connections <count>', 'connections, each subscribed to one topic', whole(1, 1e8), DEFAULTS.connections)
    .option('--topics <count>', 'topics that share the connections', whole(1, 1e6), DEFAULTS.topics)
    .addOption(
      new Option('--rate <per second>', 'messages a second on each topic')
        .argParser(number(0, 1e4))
        .default(DEFAULTS.rate, '1/60'),
    )
    .option('--bytes <count>', 'bytes of a frame with one message', whole(1, Quota.frameBytes.value), DEFAULTS.bytes)
    .option(
      '--requests-per-second <count>',
      "API Gateway's request quota of the account, for posts and requests of clients",
      whole(1, 1e7),
      DEFAULTS.requestsPerSecond,
    )
    .option(
      '--connects-per-second <count>',
      "API Gateway's quota of new connections",
      whole(1, 1e6),
      DEFAULTS.connectsPerSecond,
    )
    .option(
      '--table-writes-per-second <count>',
      "DynamoDB's quota of write units for each table",
      whole(1, 1e7),
      DEFAULTS.tableWritesPerSecond,
    )
    .option(
      '--concurrency <count>',
      'maximum number of concurrent deliver functions',
      whole(2, Quota.maxFunctions.value),
      DEFAULTS.concurrency,
    )
    .option(
      '--max-batching-window <seconds>',
      'maximum time for which messages are batched',
      whole(0, 300),
      DEFAULTS.maxBatchingWindow,
    )
    .option(
      '--ping-interval <seconds>',
      'time between two pings of a client; 0 for none',
      number(0, 600),
      DEFAULTS.pingInterval,
    )
    .option(
      '--connections-per-task <count>',
      'servers: maximum connections of a task',
      whole(1, 60_000),
      DEFAULTS.connectionsPerTask,
    )
    .option(
      '--task-cpu <units>',
      'servers: CPU units of a task; 1024 are one vCPU',
      whole(256, 16_384),
      DEFAULTS.taskCpu,
    )
    .option('--task-memory <MiB>', 'servers: memory of a task', whole(512, 122_880), DEFAULTS.taskMemory)
    .option(
      '--send-cpu <microseconds>',
      'servers: CPU time in which a task sends a frame',
      number(1, 1e4),
      DEFAULTS.sendCpu,
    )
    .option(
      '--handshake-cpu <microseconds>',
      'servers: CPU time of a task for a handshake or a post',
      number(1, 1e5),
      DEFAULTS.handshakeCpu,
    )
    .option(
      '--fargate-vcpus <count>',
      "servers: Fargate's quota of vCPUs of the account",
      whole(1, 1e6),
      DEFAULTS.fargateVcpus,
    )
    .option('--push-memory <MB>', 'memory of the push function', memory, DEFAULTS.pushMemory)
    .option('--deliver-memory <MB>', 'memory of the deliver function', memory, DEFAULTS.deliverMemory)
    .option('--post-cpu <microseconds>', 'CPU time of one post', number(1, 1e4), DEFAULTS.postCpu)
    .option('--cold', 'start the first functions that handle a message, instead of using initialized ones', false)
    .option('--json', 'print one JSON object, all times in seconds; null if a message cannot reach all connections')
    .option(
      '--tables',
      'print the tables of docs/scale.md, docs/entry-points.md and docs/delivery.md; other options are ignored',
    )
    .addHelpText('after', EPILOGUE);
  parseArguments(command, args, terminal);
  const { json, tables, ...load } = command.opts<Load & { json?: true; tables?: true }>();
  if (load.topics > load.connections) {
    command.error(
      `error: --topics must be at most --connections, got ${load.topics} > ${load.connections}. Fix: lower --topics, because each topic needs a subscriber`,
    );
  }
  return { load, print: tables ? 'tables' : json ? 'json' : 'report' };
}
