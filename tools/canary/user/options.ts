import { commandNamed, parseArguments, type Terminal } from '../../cli';
import { PERMISSIONS } from './permissions';

/** Parsed arguments of the command. */
export interface Options {
  readonly stack: string;
  /** Region of the stack. @default - AWS_REGION or the profile */
  readonly region?: string;
}

/** `us-east-1`, `us-gov-west-1` */
const REGION = /^[a-z]{2,4}(-[a-z]+)+-\d+$/;

const EPILOGUE = `
Run it once after the first deployment of a stack with a canary. It creates the user of the tenant canary in the user pool of the
stack, sets a new password, registers a software token for MFA, and writes all of them to the secret of the canary. It prints none
of them. The user name is the one in the secret, or else canary@ and the host of the HTTP lane.

It is safe to run again, for example after an interrupted run or to replace the credentials: it then deletes that user and
creates it again, because Cognito cannot reset the software token of a user in a pool that requires MFA. It deletes only a user of the
tenant canary. The canary fails to sign in from then until the secret is written, some seconds later.

AWS credentials come from the SDK's default chain (AWS_PROFILE, AWS_ACCESS_KEY_ID, a role). The command respects AWS_ENDPOINT_URL.
They need these permissions:
${PERMISSIONS.map(({ action, resource }) => `  ${action.padEnd(42)} ${resource}`).join('\n')}

Exit codes:
  0  the canary can sign in
  2  the command could not run or not finish; the reason is on standard error

Example:
  npm run canary:user -- --stack Twinlane-prod --region us-east-1
`;

/**
 * Parses the arguments. Writes help to standard output and errors to standard error.
 *
 * @throws {CommanderError} after help (`exitCode` 0) or an error (another)
 */
export function parse(args: readonly string[], terminal: Terminal): Options {
  const command = commandNamed('npm run canary:user --')
    .description('Creates the user of the canary, and writes its credentials to its secret.')
    .option('--stack <name>', 'name of the stack')
    .option('--region <region>', 'Region of the stack (default: AWS_REGION or the profile)')
    .addHelpText('after', EPILOGUE);
  parseArguments(command, args, terminal);
  const { stack, region } = command.opts<Partial<Options>>();
  if (stack === undefined) {
    return command.error('error: no stack given. Fix: pass --stack NAME');
  }
  if (region !== undefined && !REGION.test(region)) {
    return command.error(
      `error: --region must be the name of a Region, got ${JSON.stringify(region)}. Fix: use a name such as us-east-1`,
    );
  }
  return { stack, ...(region !== undefined && { region }) };
}
