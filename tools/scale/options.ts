import { Command, InvalidArgumentError, Option } from 'commander';
import { Quota, unverified } from './facts';
import { messagesOf } from './publishing';
import { DEFAULTS, type Scenario } from './scenario';
import { shardsFor } from './subscribers';
import { parseArguments, type Terminal } from '../cli';

/** Parsed arguments of the command. */
export interface Options {
  readonly scenario: Scenario;
  readonly print: 'report' | 'json' | 'tables';
}

/** Maximum of messages × shards in a run. More would take minutes. */
const MAX_ENTRIES = 1e7;

const EPILOGUE = `
Numbers can be written as 1e6. The output depends only on the options.

docs/scale.md describes the model, what it omits, and results for 1e3 to 1e7 connections.
Assumptions, not measured on AWS:
${unverified()
  .map(([name, { value, unit, source }]) => `  ${name.padEnd(16)} ${`${value} ${unit}`.padEnd(10)} ${source}`)
  .join('\n')}

Exit codes:
  0  the simulation ran, with any result
  2  invalid arguments

Examples:
  npm run simulate -- --connections 1e6
  npm run simulate -- --connections 1e5 --rate 1 --duration 300 --max-batching-window 15
  npm run simulate --silent -- --connections 1e7 --requests-per-second 1e5 --connects-per-second 5e3 --json
`;

/**
 * Parses the arguments. Writes help to standard output and errors to standard error.
 *
 * @throws {CommanderError} after help (`exitCode` 0) or an error (another)
 */
export function parse(args: readonly string[], terminal: Terminal): Options {
  const whole = (from: number, to: number) => number(from, to, true);
  const command = new Command('npm run simulate --')
    .description('Simulates the delivery of messages to WebSockets under the quotas of AWS, in virtual time.')
    .option('--connections <count>', 'connections, each subscribed to one topic', whole(1, 1e8), DEFAULTS.connections)
    .option('--topics <count>', 'topics that share the connections', whole(1, 1e6), DEFAULTS.topics)
    .addOption(
      new Option('--rate <per second>', 'messages a second on each topic')
        .argParser(number(0, 1e4))
        .default(DEFAULTS.rate, '1/60'),
    )
    .option('--bytes <count>', 'bytes of a frame with one message', whole(1, Quota.frameBytes.value), DEFAULTS.bytes)
    .option('--duration <seconds>', 'duration of publishing', number(1, 1e6), DEFAULTS.duration)
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
    .option('--seed <number>', 'seed of the random numbers', whole(0, 2 ** 32 - 1), DEFAULTS.seed)
    .option('--json', 'print one JSON object, all times in seconds')
    .option('--tables', 'print the tables of docs/scale.md; other options are ignored')
    .addHelpText('after', EPILOGUE)
    .showHelpAfterError('Run `npm run simulate -- --help` for the options.');
  parseArguments(command, args, terminal);
  const { json, tables, ...scenario } = command.opts<Scenario & { json?: true; tables?: true }>();
  if (scenario.topics > scenario.connections) {
    command.error(
      `error: --topics must be at most --connections, got ${scenario.topics} > ${scenario.connections}. Fix: lower --topics, because each topic needs a subscriber`,
    );
  }
  const entries = messagesOf(scenario) * shardsFor(scenario.connections / scenario.topics);
  if (entries > MAX_ENTRIES) {
    command.error(
      `error: messages × shards must be at most ${MAX_ENTRIES}, got ${entries}. Fix: use a shorter --duration or a lower --rate`,
    );
  }
  return { scenario, print: tables ? 'tables' : json ? 'json' : 'report' };
}

function number(from: number, to: number, whole = false): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= from && value <= to) || (whole && !Number.isInteger(value))) {
      throw new InvalidArgumentError(`Fix: use a ${whole ? 'whole ' : ''}number from ${from} to ${to}.`);
    }
    return value;
  };
}
