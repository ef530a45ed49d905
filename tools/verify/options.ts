import { Option } from 'commander';
import { commandNamed, parseArguments, type Terminal } from '../cli';

/** Parsed arguments of the command. */
export interface Options {
  readonly source: StackSource | FileSource;
  readonly print: 'table' | 'json' | 'policy';
}

/** Reads the outputs from CloudFormation. */
interface StackSource {
  readonly stack: string;
  readonly region?: string;
}

/** Reads the outputs from a file that `cdk deploy --outputs-file` wrote. */
interface FileSource {
  readonly file: string;
  /** Name of one of the file's stacks. Optional if the file has only one. */
  readonly stack?: string;
}

const EPILOGUE = `
Makes read-only calls: every AWS call is a Get, Describe or List. The issuer's keys and discovery document are fetched
from their public URLs without credentials. Without a hosted zone, it asks DNS for the records of the hosts. With a
distribution in front of both lanes, it sends GET requests and WebSocket handshakes to its host and to the hosts behind it,
without credentials. AWS credentials come from the SDK's default chain (AWS_PROFILE, AWS_ACCESS_KEY_ID, a role). The command
respects AWS_ENDPOINT_URL and NO_COLOR. It does not check Cognito, the rules of AWS WAF or the caching of CloudFront; the
section "Not checked" of the report lists what you must check yourself.

Results:
  passed   the resource is as expected
  failed   it differs, or it does not exist
  unknown  its state could not be read; "found" gives the reason, such as a missing permission
  pending  AWS is still changing it; run the command again. Most changes take minutes, time to live of a new table an hour

Exit codes:
  0  every check passed
  1  at least one check failed
  2  no check failed, but at least one is unknown, or the command could not run: invalid arguments, no credentials,
     no such stack, a missing permission
  3  no check failed or is unknown, but at least one is pending

Examples:
  npm run verify -- --stack Twinlane-prod --region us-east-1
  npm run verify -- --outputs outputs.json --json
  npm run verify -- --outputs outputs.json --policy > verify-policy.json
`;

/**
 * Parses the arguments. Writes help to standard output and errors to standard error.
 *
 * @throws {CommanderError} after help (`exitCode` 0) or an error (another)
 */
export function parse(args: readonly string[], terminal: Terminal): Options {
  const command = commandNamed('npm run verify --')
    .description('Checks the deployed resources of a stack against the outputs of its deployment.')
    .option('--stack <name>', 'name of the stack; with --outputs, one of the stacks in the file')
    .option(
      '--outputs <file>',
      'read the outputs from a file of cdk deploy --outputs-file instead of from CloudFormation',
    )
    .addOption(
      new Option(
        '--region <region>',
        'Region of the stack (default: AWS_REGION or the profile); with --outputs, the file determines it',
      ).conflicts('outputs'),
    )
    .option('--json', 'print one JSON object: stack, region, checkedAt, summary, findings, notChecked')
    .addOption(
      new Option('--policy', 'print the least-privilege IAM policy for the checks, and run none').conflicts('json'),
    )
    .addHelpText('after', EPILOGUE);
  parseArguments(command, args, terminal);
  const { stack, outputs, region, json, policy } = command.opts<Flags>();
  const print = json ? 'json' : policy ? 'policy' : 'table';
  if (outputs !== undefined) {
    return { source: { file: outputs, stack }, print };
  }
  if (stack !== undefined) {
    return { source: { stack, region }, print };
  }
  return command.error('error: no stack given. Fix: pass --stack NAME or --outputs FILE');
}

interface Flags {
  readonly stack?: string;
  readonly outputs?: string;
  readonly region?: string;
  readonly json?: true;
  readonly policy?: true;
}
