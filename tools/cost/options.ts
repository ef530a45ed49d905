import { Option } from 'commander';
import { commandNamed, parseArguments, type Terminal } from '../cli';
import { Billed } from '../scale/bill-facts';
import { Quota } from '../scale/facts';
import { number } from '../scale/number-argument';
import { USER_DEFAULTS, type UserLoad } from './load-of';

/** Parsed arguments of the command. */
export interface Options {
  /** Context of the synthesis, `key=value`. */
  readonly context: readonly string[];
  /** Folder of a cloud assembly, instead of a synthesis. */
  readonly app?: string;
  /** Name of one of the stacks. Optional if there is only one. */
  readonly stack?: string;
  readonly load: UserLoad;
  readonly freeTier: boolean;
  readonly print: 'report' | 'json' | 'tables';
  /** File for the bill as a web page. */
  readonly html?: string;
}

/** Maximum number of messages a second on a topic. */
const MOST_RATE = 1e4;

const EPILOGUE = `
It synthesizes the app, and counts the resources of the template that AWS bills. It uses no account. Prices are those of us-east-1, in
tools/prices/prices.json, without taxes, discounts and support. A month has 730 hours, and a GB of data is 1e9 bytes: where AWS counts
2^30 bytes, the bill for data is about 7 % too high. Nothing was compared with a real invoice. Numbers can be written as 1e6,
and those that need not be whole as 1/10.

These free amounts of an account are subtracted: DynamoDB's storage, SQS requests, transfer to the internet, CloudFront's requests and
transfer, CloudWatch's logs and metrics, X-Ray's traces, and Cognito's users. Others are not, such as those of Lambda, and of
CloudWatch's alarms and dashboards.

Clients publish over HTTP. Each connection is renewed after 90 to 115 minutes, with a new ticket. Not included: reads of history, failed
requests, what the requests of a canary cost in the lanes, queries of logs and metrics, notifications, deployments, and the resources of your own code.

Assumptions that were not measured on AWS, besides those of npm run scale -- --help:
${Object.entries(Billed)
  .filter(([, { basis }]) => basis === 'unverified')
  .map(([name, { value, unit, source }]) => `  ${name.padEnd(18)} ${`${value} ${unit}`.padEnd(14)} ${source}`)
  .join('\n')}

Exit codes:
  0  the bill was printed
  2  the command could not run: invalid arguments or settings

Examples:
  npm run cost -- -c stage=prod --connections 1e5
  npm run cost -- -c stage=prod --connections 1e5 --topics 1e3 --messages-per-second 50 --bytes 300
  npm run cost -- -c stage=prod --connections 1e5 --html cost.html
  npm run cost -- -c stage=servers --connections 1e4 --rate 1 --http-requests-per-second 20
  npm run cost --silent -- --app cdk.out --json
`;

/**
 * Parses the arguments. Writes help to standard output and errors to standard error.
 *
 * @throws {CommanderError} after help (`exitCode` 0) or an error (another)
 */
export function parse(args: readonly string[], terminal: Terminal): Options {
  const whole = (from: number, to: number) => number(from, to, true);
  const command = commandNamed('npm run cost --')
    .description('Computes the monthly bill of a stage for a load.')
    .option('-c, --context <key=value>', 'context of the synthesis, such as stage=prod; repeatable', collect)
    .addOption(
      new Option('--app <folder>', 'read a cloud assembly that cdk synth wrote, and do not synthesize').conflicts(
        'context',
      ),
    )
    .option('--stack <name>', 'name of the stack; required if the assembly has several')
    .option(
      '--connections <count>',
      'connections, each subscribed to one topic',
      whole(1, 1e8),
      USER_DEFAULTS.connections,
    )
    .option('--topics <count>', 'topics that share the connections', whole(1, 1e6), USER_DEFAULTS.topics)
    .addOption(
      new Option('--rate <per second>', 'messages a second on each topic')
        .argParser(number(0, MOST_RATE))
        .default(USER_DEFAULTS.rate, '1/60'),
    )
    .addOption(
      new Option('--messages-per-second <count>', 'messages a second on all topics together, instead of --rate')
        .argParser(number(0, 1e10))
        .conflicts('rate'),
    )
    .option(
      '--bytes <count>',
      'bytes of a frame with one message',
      whole(1, Quota.frameBytes.value),
      USER_DEFAULTS.bytes,
    )
    .option(
      '--ping-interval <seconds>',
      'time between two pings of a client; 0 for none',
      number(0, 600),
      USER_DEFAULTS.pingInterval,
    )
    .option(
      '--http-requests-per-second <count>',
      'requests of the HTTP lane besides publishes and tickets',
      number(0, 1e6),
      USER_DEFAULTS.httpRequestsPerSecond,
    )
    .addOption(
      new Option(
        '--users <count>',
        'users who are active in a month, if the stage has a user pool of Cognito (default: one for each connection)',
      ).argParser(whole(0, 1e9)),
    )
    .option('--without-free-tier', 'do not subtract the free amounts of an account')
    .option('--json', 'print one JSON object: the bill with its lines, quantities and prices')
    .option('--html <file>', 'also write the bill as a web page, with charts and the prices of managed services')
    .option('--tables', 'print the tables of docs/cost.md; other options are ignored')
    .addHelpText('after', EPILOGUE);
  parseArguments(command, args, terminal);
  const {
    context = [],
    app,
    stack,
    json,
    html,
    tables,
    withoutFreeTier,
    messagesPerSecond,
    ...load
  } = command.opts<Flags>();
  const invalid = context.find((pair) => !/^[^=]+=/.test(pair));
  if (invalid !== undefined) {
    command.error(`error: context must look like stage=prod, got ${invalid}. Fix: write -c KEY=VALUE`);
  }
  if (load.topics > load.connections) {
    command.error(
      `error: --topics must be at most --connections, got ${load.topics} > ${load.connections}. Fix: lower --topics, because each topic needs a subscriber`,
    );
  }
  if (messagesPerSecond !== undefined && messagesPerSecond > MOST_RATE * load.topics) {
    command.error(
      `error: --messages-per-second must be at most ${MOST_RATE} for each of the --topics, got ${messagesPerSecond} for ${load.topics}. Fix: lower it, or raise --topics`,
    );
  }
  const rate = messagesPerSecond === undefined ? load.rate : messagesPerSecond / load.topics;
  return {
    context,
    app,
    stack,
    load: { ...load, rate },
    freeTier: withoutFreeTier !== true,
    print: tables ? 'tables' : json ? 'json' : 'report',
    html,
  };
}

function collect(pair: string, before: readonly string[] = []): string[] {
  return [...before, pair];
}

interface Flags extends UserLoad {
  readonly context?: readonly string[];
  readonly app?: string;
  readonly stack?: string;
  readonly json?: true;
  readonly html?: string;
  readonly tables?: true;
  readonly withoutFreeTier?: true;
  readonly messagesPerSecond?: number;
}
