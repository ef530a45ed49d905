import { Command, InvalidArgumentError, Option } from 'commander';
import type { AssemblyOptions } from '../assembly/assembly-options';
import type { Values } from '../given-values';
import { isOrigin } from '../origins';
import { isRegion } from '../partition';
import { readEnvFile } from './env-file';

/** Options of the command line. */
export interface Options {
  /** Folder of a cloud assembly. @default - the app of this folder is synthesized */
  readonly app?: string;
  /** Context for the synthesis, each `key=value`. */
  readonly context: readonly string[];
  /** Patterns of the stacks to run; all stacks if there are none. */
  readonly stack: readonly string[];
  /** Region of stacks without one. */
  readonly region?: string;
  /** Account of stacks without one. */
  readonly account?: string;
  /** First port; 0: any free ports. */
  readonly port: number;
  /** Folder that keeps tables and queues. @default - they are in memory */
  readonly data?: string;
  readonly iam: 'on' | 'off';
  /** Origin in the templates → origin here. */
  readonly origin: Readonly<Record<string, string>>;
  /** Container → folder that runs in place of its image. */
  readonly container: Readonly<Record<string, string>>;
  /** Values of the env files, and of the single parameters, which have precedence. */
  readonly values: Values;
  /** Latencies that the services add. */
  readonly latency: 'none' | 'aws';
  /** Seconds until `$disconnect` runs. */
  readonly disconnectDelay: number | 'never';
  /** Port of the console; 0: any free port. @default - no console */
  readonly console?: number;
  readonly json: boolean;
  readonly watch: boolean;
}

/** Start of a range of ports that common programs do not use. */
const FIRST_PORT = 4510;

/** Port of the console if the option has no port: below those of the app. */
const CONSOLE_PORT = 4500;

/** Text of a command line's help. */
export interface Help {
  /** The command in the usage line: `npm start --`. */
  readonly name: string;
  /** Printed by `--version`. @default - there is no such option */
  readonly version?: string;
  readonly description: string;
  /** Commands as examples, one a line. */
  readonly examples: readonly string[];
}

interface ParsedOptions extends Omit<Options, 'values'> {
  readonly parameter: Values;
  readonly envFile: Values;
}

/** @returns the options. Ends the process after printing the help, or an error for a wrong option */
export function parseOptions(argv: readonly string[], { name, version, description, examples }: Help): Options {
  const command = new Command(name)
    .showHelpAfterError(`Run \`${name} --help\` for the options.`)
    .description(description)
    .option('--app <folder>', 'run this cloud assembly (a cdk.out) instead of synthesizing the app of this folder')
    .addOption(
      new Option('-c, --context <key=value>', 'context for the synthesis, as for cdk; can be repeated')
        .argParser(collect)
        .default([], 'none'),
    )
    .addOption(
      new Option(
        '--stack <name>',
        'run only this stack and those that it depends on: its name, or its path as for cdk, with * as a wildcard; can be repeated',
      )
        .argParser(collect)
        .default([], 'all stacks'),
    )
    .option('--region <region>', 'Region of stacks that have none (default: us-east-1)', parseRegion)
    .option('--account <id>', 'account of stacks that have none (default: 000000000000)', parseAccount)
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
      new Option(
        '--container <name=folder>',
        'run this built folder in place of the image of a container; can be repeated',
      )
        .argParser(addContainer)
        .default({}, 'none'),
    )
    .addOption(
      new Option(
        '--parameter <name=value>',
        'value of a template parameter, NAME or STACK:NAME, as for cdk deploy; or another name, as below; can be repeated',
      )
        .argParser(addValue)
        .default({}, 'none'),
    )
    .addOption(
      new Option('--env-file <file>', 'file of values, one NAME=VALUE a line; can be repeated, the last value applies')
        .argParser(addEnvFile)
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
    .addOption(
      new Option(
        '--console [port]',
        `serve a page that shows the app, its connections, invocations and data; 0 for any free port (default port: ${CONSOLE_PORT})`,
      )
        .argParser(parsePort)
        .preset(String(CONSOLE_PORT)),
    )
    .option('--watch', 'synthesize again when a source file changes, and reload the code', false)
    .option('--json', 'print JSON lines: one object for each event, and one when ready', false)
    .addHelpText(
      'after',
      `
Ctrl-C stops the app when open requests have finished; a second Ctrl-C stops it at once.

Names of values, in --parameter and --env-file:
  ImageUri=web:1                         template parameter; Shop:ImageUri for the stack Shop
  /shop/host=localhost                   parameter of Systems Manager; ssm:NAME without a slash, ssm-secure:NAME for a SecureString
  secretsmanager:shop/key=k1             secret; secretsmanager:NAME:KEY for one key of a secret that is JSON
  import:Endpoint=localhost              export of a stack outside the assembly; output:STACK:NAME for an output
  Database.Endpoint.Address=127.0.0.1    attribute of a resource, by logical ID

Exit codes:
  0  stopped by Ctrl-C or SIGTERM
  1  could not start; the reason is on standard error

Examples:
  ${examples.join('\n  ')}
`,
    );
  if (version !== undefined) {
    command.version(version, '--version', 'print the version');
  }
  command.parse([...argv]);
  const { parameter, envFile, ...options } = command.opts<ParsedOptions>();
  return { ...options, values: { ...envFile, ...parameter } };
}

/** The part of the command line that says what of an assembly runs. */
export function assemblyOptionsOf({ stack: stacks, region, account, values }: Options): AssemblyOptions {
  return { stacks, values, ...(region !== undefined && { region }), ...(account !== undefined && { account }) };
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

function addContainer(value: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const [, name = '', folder = ''] = /^([^=]+)=(.+)$/.exec(value) ?? [];
  if (name === '') {
    throw new InvalidArgumentError('Fix: pass the name of a container and a folder, such as web=services/web.');
  }
  return { ...before, [name]: folder };
}

function addValue(text: string, before: Values): Values {
  const at = text.indexOf('=');
  if (at < 1) {
    throw new InvalidArgumentError('Fix: pass a name and a value, such as Stage=dev.');
  }
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}

function addEnvFile(file: string, before: Values): Values {
  try {
    return { ...before, ...readEnvFile(file) };
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function parseRegion(text: string): string {
  if (!isRegion(text)) {
    throw new InvalidArgumentError('It must be a Region, such as eu-west-1.');
  }
  return text;
}

function parseAccount(text: string): string {
  if (!/^\d{12}$/.test(text)) {
    throw new InvalidArgumentError('It must be an account id of 12 digits.');
  }
  return text;
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
