import { exitCodeOf, type Terminal } from '../../cli';
import { outputsOfStack } from '../../verify/stack-outputs';
import { connect } from './aws';
import { createUser, deleteUser } from './new-user';
import { type Options, parse } from './options';
import { foreignPool, planOf } from './plan';
import { usernameIn, writeSecret } from './secret';
import { registerSoftwareToken, requireSoftwareTokens } from './software-token';
import { ownsPool } from './stack';

/**
 * Runs the command. Prints each step when it is done. @returns the exit code: 0, or 2 if the canary cannot sign in
 *
 * @param now - milliseconds since 1970
 */
export function command(args: readonly string[], terminal: Terminal, now = Date.now): Promise<number> {
  return exitCodeOf(() => run(parse(args, terminal), terminal, now), terminal);
}

async function run({ stack, region }: Options, { stdout }: Terminal, now: () => number): Promise<number> {
  const print = (line: string) => stdout.write(`${line}\n`);
  const { cloudFormation } = connect(region);
  const outputs = await outputsOfStack(cloudFormation, stack);
  const plan = planOf(outputs);
  if (!(await ownsPool(cloudFormation, stack, plan.userPoolId))) {
    throw foreignPool(outputs, plan);
  }
  const { cognito, secrets } = connect(plan.region);
  await requireSoftwareTokens(cognito, plan);
  const username = (await usernameIn(secrets, plan.secretArn)) ?? plan.username;
  print(`The user ${username} in the user pool ${plan.userPoolId} of ${stack}`);
  if (await deleteUser(cognito, plan, username)) {
    print('  deleted the user that existed');
  }
  const password = await createUser(cognito, plan, username);
  print('  created the user of the tenant canary, with a new password');
  const totpSecret = await registerSoftwareToken(cognito, plan, { username, password }, now);
  print('  registered a software token, and signed in with it');
  await writeSecret(secrets, plan.secretArn, { username, password, totpSecret });
  print(`  wrote the credentials to ${plan.secretArn}`);
  print('The canary signs in with them from its next run on.');
  return 0;
}
