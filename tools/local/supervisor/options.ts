import { Command, InvalidArgumentError, Option } from 'commander';

/** How the runner is to run. */
export interface Options {
  /** Folder of a cloud assembly; undefined: synthesize the app of this folder. */
  readonly app?: string;
  /** Context for the synthesis, each `key=value`. */
  readonly context: readonly string[];
  /** First of the ports; 0: any free ones. */
  readonly port: number;
  readonly data?: string;
  /** Folder of the page's files. */
  readonly page?: string;
  readonly iam: 'on' | 'off';
  readonly json: boolean;
  readonly watch: boolean;
}

/** The ports that nothing common takes. */
const FIRST_PORT = 4510;

/** @returns the options; ends the process with help, or with one sentence on what is wrong with them. */
export function parseOptions(argv: readonly string[]): Options {
  const command = new Command('npm start --')
    .description('Runs a synthesized app on this machine: no AWS account, no Docker.')
    .option('--app <folder>', 'run this cloud assembly (a cdk.out), instead of synthesizing the app of this folder')
    .option('-c, --context <key=value>', 'context for the synthesis, as for cdk; may be repeated', collect, [])
    .option('--port <base>', 'the first port, the others follow; 0 for any free ones', parsePort, FIRST_PORT)
    .option('--page <folder>', 'serve these files as the page of an app that names the origin of its own')
    .option('--data <folder>', 'keep tables and queues here (default: in memory, gone at the end)')
    .addOption(
      new Option('--iam <mode>', "enforce the policies of the template's roles").choices(['on', 'off']).default('on'),
    )
    .option('--watch', 'synthesize again when a source changes, and reload what changed', false)
    .option('--json', 'write JSON lines: one object when ready, then one an event', false)
    .addHelpText(
      'after',
      `
Ctrl-C finishes what is open and stops everything; a second one stops at once.

Exit codes:
  0  stopped as asked
  1  could not start: the assembly, a port or an option; one sentence says which

Examples:
  npm start
  npm start -- --watch
  npm start --silent -- --app cdk.out --data .local --json
`,
    )
    .parse([...argv]);
  return command.opts<Options>();
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65000) {
    throw new InvalidArgumentError('It must be a whole number from 0 to 65000.');
  }
  return port;
}
