import { Command, InvalidArgumentError, Option } from 'commander';
import { isOrigin } from '../origins';

/** Options of the command line. */
export interface Options {
  /** Folder of a cloud assembly. @default - the app of this folder is synthesized */
  readonly app?: string;
  /** Context for the synthesis, each `key=value`. */
  readonly context: readonly string[];
  /** First port; 0: any free ports. */
  readonly port: number;
  /** Folder that keeps tables and queues. @default - they are in memory */
  readonly data?: string;
  readonly iam: 'on' | 'off';
  /** Origin in the templates → origin here. */
  readonly origin: Readonly<Record<string, string>>;
  /** Latencies that the services add. */
  readonly latency: 'none' | 'aws';
  /** Seconds until `$disconnect` runs. */
  readonly disconnectDelay: number | 'never';
  readonly json: boolean;
  readonly watch: boolean;
}

/** Start of a range of ports that common programs do not use. */
const FIRST_PORT = 4510;

/** Text of a command line's help. */
export interface Help {
  /** The command in the usage line: `npm start --`. */
  readonly name: string;
  readonly description: string;
  /** Commands as examples, one a line. */
  readonly examples: readonly string[];
}

/** @returns the options. Ends the process after printing the help, or an error for a wrong option */
export function parseOptions(argv: readonly string[], { name, description, examples }: Help): Options {
  const command = new Command(name)
    .showHelpAfterError(`Run \`${name} --help\` for the options.`)
    .description(description)
    .option('--app <folder>', 'run this cloud assembly (a cdk.out) instead of synthesizing the app of this folder')
    .addOption(
      new Option('-c, --context <key=value>', 'context for the synthesis, as for cdk; can be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .option('--port <base>', 'first port, the next ones follow; 0 for any free ports', parsePort, FIRST_PORT)
    .option('--data <folder>', 'keep tables and queues in this folder (default: in memory, lost when the run ends)')
    .addOption(
      new Option('--iam <mode>', "enforce the policies of the template's roles").choices(['on', 'off']).default('on'),
    )
    .addOption(
      new Option(
        '--origin <from=to>',
        'replace an origin, as in https://app.example.com=http://localhost:5173; can be repeated',
      )
        .argParser(addOrigin)
        .default({}, 'none'),
    )
    .addOption(
      new Option('--latency <profile>', 'delay tables, queues and @connections by typical times of AWS')
        .choices(['none', 'aws'])
        .default('none'),
    )
    .option(
      '--disconnect-delay <seconds>',
      'run $disconnect this long after a connection ended, or never; on AWS both can happen',
      parseDelay,
      0,
    )
    .option('--watch', 'synthesize again when a source file changes, and reload the code', false)
    .option('--json', 'print JSON lines: one object for each event, and one when ready', false)
    .addHelpText(
      'after',
      `
Ctrl-C stops the app when open requests have finished; a second Ctrl-C stops it at once.

Exit codes:
  0  stopped by Ctrl-C or SIGTERM
  1  could not start; the reason is on standard error

Examples:
  ${examples.join('\n  ')}
`,
    )
    .parse([...argv]);
  return command.opts<Options>();
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function addOrigin(value: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const [from = '', to = ''] = value.split('=');
  if (!isOrigin(from) || !isOrigin(to)) {
    throw new InvalidArgumentError('Fix: pass two origins, such as https://app.example.com=http://localhost:5173.');
  }
  return { ...before, [from]: to };
}

function parseDelay(text: string): number | 'never' {
  const seconds = Number(text);
  if (text !== 'never' && (!/^\d+$/.test(text) || seconds > 3600)) {
    throw new InvalidArgumentError('It must be a whole number from 0 to 3600, or never.');
  }
  return text === 'never' ? text : seconds;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65000) {
    throw new InvalidArgumentError('It must be a whole number from 0 to 65000.');
  }
  return port;
}
