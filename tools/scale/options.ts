import { Command, InvalidArgumentError } from 'commander';
import { Quota, unverified } from './facts';
import { messagesOf } from './publishing';
import { DEFAULTS, type Scenario } from './scenario';
import { shardsFor } from './subscribers';
import type { Terminal } from '../cli';

/** What the command was asked to do. */
export interface Options {
  readonly scenario: Scenario;
  readonly print: 'report' | 'json' | 'tables';
}

/** Messages × shards that a run may simulate: more would take minutes. */
const MOST_ENTRIES = 1e7;

const EPILOGUE = `
Numbers may be written as 1e6. A run is decided by its options: the same ones print the same bytes.

How the model works, what it leaves out, and its results for 1e3 to 1e7 connections: docs/scale.md.
Not measured on AWS, so guesses:
${unverified()
  .map(([name, { value, unit, source }]) => `  ${name.padEnd(16)} ${`${value} ${unit}`.padEnd(10)} ${source}`)
  .join('\n')}

Exit codes:
  0  it ran, whatever it found
  2  a mistake in the arguments

Examples:
  npm run simulate -- --connections 1e6
  npm run simulate -- --connections 1e5 --rate 1 --duration 300 --max-batching-window 15
  npm run simulate --silent -- --connections 1e7 --requests-per-second 1e5 --connects-per-second 5e3 --json
`;

/**
 * Reads the arguments; writes help to standard output and mistakes to standard error.
 *
 * @throws {CommanderError} after help (`exitCode` 0) or a mistake (another)
 */
export function parse(args: readonly string[], { stdout, stderr }: Terminal): Options {
  const whole = (from: number, to: number) => number(from, to, true);
  const command = new Command('npm run simulate --')
    .description('Simulates the way from a publish to the sockets under the quotas of AWS, in virtual time.')
    .option('--connections <count>', 'connections, each subscribed to one topic', whole(1, 1e8), DEFAULTS.connections)
    .option('--topics <count>', 'topics that share the connections', whole(1, 1e6), DEFAULTS.topics)
    .option('--rate <per second>', 'messages a second on each topic', number(0, 1e4), DEFAULTS.rate)
    .option('--bytes <count>', 'bytes of a frame with one message', whole(1, Quota.frameBytes.value), DEFAULTS.bytes)
    .option('--duration <seconds>', 'how long messages are published', number(1, 1e6), DEFAULTS.duration)
    .option(
      '--requests-per-second <count>',
      "API Gateway's quota of the account: posts and what clients send",
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
      "DynamoDB's quota of write units in a table",
      whole(1, 1e7),
      DEFAULTS.tableWritesPerSecond,
    )
    .option(
      '--concurrency <count>',
      'deliver functions at once',
      whole(2, Quota.mostFunctions.value),
      DEFAULTS.concurrency,
    )
    .option(
      '--max-batching-window <seconds>',
      'how long messages may gather before they leave together',
      whole(0, 300),
      DEFAULTS.maxBatchingWindow,
    )
    .option(
      '--ping-interval <seconds>',
      'between two pings of a client; 0 for none',
      number(0, 600),
      DEFAULTS.pingInterval,
    )
    .option('--seed <number>', 'where the random numbers begin', whole(0, 2 ** 32 - 1), DEFAULTS.seed)
    .option('--json', 'print one JSON object, all times in seconds')
    .option('--tables', 'print the tables of docs/scale.md, whatever else is said')
    .addHelpText('after', EPILOGUE)
    .showHelpAfterError('Run `npm run simulate -- --help` for the options.')
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .parse(args, { from: 'user' });
  const { json, tables, ...scenario } = command.opts<Scenario & { json?: true; tables?: true }>();
  if (scenario.topics > scenario.connections) {
    command.error(
      `error: --topics must be at most --connections, got ${scenario.topics} > ${scenario.connections}: each topic needs a subscriber`,
    );
  }
  const entries = messagesOf(scenario) * shardsFor(scenario.connections / scenario.topics);
  if (entries > MOST_ENTRIES) {
    command.error(
      `error: messages × shards must be at most ${MOST_ENTRIES}, got ${entries}: take a shorter --duration or a lower --rate`,
    );
  }
  return { scenario, print: tables ? 'tables' : json ? 'json' : 'report' };
}

function number(from: number, to: number, whole = false): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= from && value <= to) || (whole && !Number.isInteger(value))) {
      throw new InvalidArgumentError(`It must be a ${whole ? 'whole ' : ''}number from ${from} to ${to}.`);
    }
    return value;
  };
}
