import { Option } from 'commander';
import { commandNamed, parseArguments, type Terminal } from '../cli';

/** Parsed arguments of the command. */
export interface Options {
  /** Context of the synthesis, `key=value`. */
  readonly context: readonly string[];
  /** Folder of a cloud assembly, instead of a synthesis. */
  readonly app?: string;
  /** Name of one of the stacks. Optional if there is only one. */
  readonly stack?: string;
  readonly print: 'table' | 'json' | 'policy';
}

const EPILOGUE = `
Run it before the first deployment of a stage. It synthesizes the app, and asks the account what the deployment would find
there. Every AWS call is a Get, Describe or List. It also asks DNS for the name servers of the hosts, and Docker for its
version. AWS credentials come from the SDK's default chain (AWS_PROFILE, AWS_ACCESS_KEY_ID, a role). The command respects
AWS_ENDPOINT_URL, CDK_DOCKER and NO_COLOR. The section "Not checked" of the report lists what you must check yourself.

Results:
  passed   it does not prevent the deployment
  failed   the deployment would fail, or could not be rolled back; "found" gives the fix
  unknown  its state could not be read; "found" gives the reason, such as a missing permission
  pending  CloudFormation is changing the stack; run the command again when it has finished

Exit codes:
  0  every check passed
  1  at least one check failed
  2  no check failed, but at least one is unknown, or the command could not run: invalid arguments or settings, no
     credentials
  3  no check failed or is unknown, but at least one is pending

Examples:
  npm run preflight -- -c stage=prod
  npm run preflight -- --app cdk.out --json
  npm run preflight -- -c stage=prod --policy > preflight-policy.json
`;

/**
 * Parses the arguments. Writes help to standard output and errors to standard error.
 *
 * @throws {CommanderError} after help (`exitCode` 0) or an error (another)
 */
export function parse(args: readonly string[], terminal: Terminal): Options {
  const command = commandNamed('npm run preflight --')
    .description('Checks whether the account is ready for the first deployment of a stack.')
    .option('-c, --context <key=value>', 'context of the synthesis, such as stage=prod; repeatable', collect)
    .addOption(new Option('--app <folder>', 'read a cloud assembly that cdk synth wrote, and do not synthesize'))
    .option('--stack <name>', 'name of the stack; required if the assembly has several')
    .option('--json', 'print one JSON object: stack, region, checkedAt, summary, findings, notChecked')
    .addOption(
      new Option('--policy', 'print the least-privilege IAM policy for the checks, and run none').conflicts('json'),
    )
    .addHelpText('after', EPILOGUE);
  parseArguments(command, args, terminal);
  const { context = [], app, stack, json, policy } = command.opts<Flags>();
  if (app !== undefined && context.length > 0) {
    return command.error("error: option '--app <folder>' cannot be used with option '-c, --context <key=value>'");
  }
  const invalid = context.find((pair) => !/^[^=]+=/.test(pair));
  if (invalid !== undefined) {
    return command.error(`error: context must look like stage=prod, got ${invalid}. Fix: write -c KEY=VALUE`);
  }
  return { context, app, stack, print: json ? 'json' : policy ? 'policy' : 'table' };
}

function collect(pair: string, before: readonly string[] = []): string[] {
  return [...before, pair];
}

interface Flags {
  readonly context?: readonly string[];
  readonly app?: string;
  readonly stack?: string;
  readonly json?: true;
  readonly policy?: true;
}
