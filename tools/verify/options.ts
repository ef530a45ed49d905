import { Command, Option } from 'commander';
import { lookOf, type Terminal } from '../cli';

/** What the command was asked to do. */
export interface Options {
  readonly source: StackSource | FileSource;
  readonly print: 'table' | 'json' | 'policy';
}

/** Take the outputs from CloudFormation. */
interface StackSource {
  readonly stack: string;
  readonly region?: string;
}

/** Take the outputs from a file of `cdk deploy --outputs-file`. */
interface FileSource {
  readonly file: string;
  /** Which of the file's stacks; may be left out if there is one only. */
  readonly stack?: string;
}

const EPILOGUE = `
Only asks: every call to AWS is a Get, Describe or List; the issuer's keys and discovery document are public pages, got
without credentials. Takes those from the usual places (AWS_PROFILE, AWS_ACCESS_KEY_ID, a role) and honours
AWS_ENDPOINT_URL and NO_COLOR. Does not ask AWS WAF, CloudFront and Cognito: "Not asked" says what that leaves.

Verdicts:
  kept     what runs is what was promised
  broken   it is not, or the resource is not there
  unknown  AWS could not be asked; "found" says why, and names a missing permission

Exit codes:
  0  every promise is kept
  1  at least one promise is broken
  2  no promise is known to be broken, but not all could be verified: a mistake in the arguments, no credentials,
     no such stack, a permission missing

Examples:
  npm run verify -- --stack Twinlane-prod --region us-east-1
  npm run verify -- --outputs outputs.json --json
  npm run verify -- --outputs outputs.json --policy > verify-policy.json
`;

/**
 * Reads the arguments; writes help to standard output and mistakes to standard error.
 *
 * @throws {CommanderError} after help (`exitCode` 0) or a mistake (another)
 */
export function parse(args: readonly string[], { stdout, stderr }: Terminal): Options {
  const command = new Command('npm run verify --')
    .description('Asks AWS whether what runs is what the deployment promised.')
    .option('--stack <name>', "the stack whose outputs to read; with --outputs, the file's stack of that name")
    .option('--outputs <file>', 'a file of cdk deploy --outputs-file, instead of asking CloudFormation')
    .addOption(
      new Option(
        '--region <region>',
        'where the stack is (default: AWS_REGION or the profile); an outputs file says it itself',
      ).conflicts('outputs'),
    )
    .option('--json', 'print one JSON object: stack, region, verifiedAt, summary, findings, notAsked')
    .addOption(
      new Option('--policy', 'print the least IAM policy that the questions need, and ask none').conflicts('json'),
    )
    .addHelpText('after', EPILOGUE)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => lookOf(stdout).width,
    })
    .parse(args, { from: 'user' });
  const { stack, outputs, region, json, policy } = command.opts<Flags>();
  const print = json ? 'json' : policy ? 'policy' : 'table';
  if (outputs !== undefined) {
    return { source: { file: outputs, stack }, print };
  }
  if (stack !== undefined) {
    return { source: { stack, region }, print };
  }
  return command.error('error: say which deployment, as in npm run verify -- --stack NAME (or --outputs FILE)');
}

interface Flags {
  readonly stack?: string;
  readonly outputs?: string;
  readonly region?: string;
  readonly json?: true;
  readonly policy?: true;
}
