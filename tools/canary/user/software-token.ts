import {
  AdminInitiateAuthCommand,
  type AdminInitiateAuthCommandOutput,
  AdminRespondToAuthChallengeCommand,
  AssociateSoftwareTokenCommand,
  type CognitoIdentityProviderClient,
  GetUserPoolMfaConfigCommand,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { oneTimePassword } from '../../../lambda/canary/one-time-password';
import { CommandError } from '../../cli';
import { call } from './aws';
import type { Plan } from './plan';

/**
 * Checks a pool before a user of it is deleted.
 *
 * @throws {CommandError} if it does not require MFA, or has no software tokens
 */
export async function requireSoftwareTokens(
  client: CognitoIdentityProviderClient,
  { userPoolId: UserPoolId, userPoolArn }: Plan,
): Promise<void> {
  const { MfaConfiguration: mfa = 'OFF', SoftwareTokenMfaConfiguration: tokens } = await call(
    'cognito-idp:GetUserPoolMfaConfig',
    userPoolArn,
    () => client.send(new GetUserPoolMfaConfigCommand({ UserPoolId })),
  );
  if (mfa !== 'ON' || tokens?.Enabled !== true) {
    throw withoutMfa(mfa === 'ON' ? 'MFA without software tokens' : `MFA ${mfa}`);
  }
}

function withoutMfa(got: string): CommandError {
  return new CommandError(
    `The user pool must require MFA with a software token, got ${got}. Fix: require it in the user pool, and run the command again.`,
  );
}

/**
 * Signs in for the first time: registers a software token, as a pool that requires MFA demands, and completes the sign-in with it.
 *
 * @param now - milliseconds since 1970
 * @returns the key of the software token, in base 32
 * @throws {CommandError} if a step fails
 */
export async function registerSoftwareToken(
  client: CognitoIdentityProviderClient,
  plan: Plan,
  { username, password }: { readonly username: string; readonly password: string },
  now: () => number,
): Promise<string> {
  const { userPoolId: UserPoolId, clientId: ClientId, userPoolArn } = plan;
  const challenge = await firstChallenge(client, plan, username, password);
  const associated = await call('cognito-idp:AssociateSoftwareToken', userPoolArn, () =>
    client.send(new AssociateSoftwareTokenCommand({ Session: challenge.Session })),
  );
  const { SecretCode: totpSecret } = associated;
  if (totpSecret === undefined) {
    throw new CommandError('cognito-idp:AssociateSoftwareToken returned no key. Fix: run the command again.');
  }
  const verified = await call(
    'cognito-idp:VerifySoftwareToken',
    userPoolArn,
    () =>
      client.send(
        new VerifySoftwareTokenCommand({
          Session: associated.Session,
          UserCode: oneTimePassword(totpSecret, now()),
          FriendlyDeviceName: 'canary',
        }),
      ),
    { EnableSoftwareTokenMFAException: WRONG_CLOCK, CodeMismatchException: WRONG_CLOCK },
  );
  if (verified.Status !== 'SUCCESS') {
    throw new CommandError(WRONG_CLOCK);
  }
  const { AuthenticationResult } = await call('cognito-idp:AdminRespondToAuthChallenge', userPoolArn, () =>
    client.send(
      new AdminRespondToAuthChallengeCommand({
        UserPoolId,
        ClientId,
        ChallengeName: 'MFA_SETUP',
        Session: verified.Session,
        // The id of the user: Cognito refuses an e-mail address here.
        ChallengeResponses: { USERNAME: challenge.ChallengeParameters?.USER_ID_FOR_SRP ?? username },
      }),
    ),
  );
  if (AuthenticationResult?.IdToken === undefined) {
    throw new CommandError('The user pool issued no token after the registration. Fix: run the command again.');
  }
  return totpSecret;
}

const WRONG_CLOCK =
  'Cognito refused the code of the software token. Fix: check the clock of this machine, and run the command again.';

/** @throws {CommandError} if it is not the registration of a software token */
async function firstChallenge(
  client: CognitoIdentityProviderClient,
  { userPoolId: UserPoolId, clientId: ClientId, userPoolArn }: Plan,
  username: string,
  password: string,
): Promise<AdminInitiateAuthCommandOutput> {
  const notEnabled = `The app client ${ClientId} must allow ALLOW_ADMIN_USER_PASSWORD_AUTH. Fix: deploy the stack with operation.canary, which allows it, and run the command again.`;
  const challenge = await call(
    'cognito-idp:AdminInitiateAuth',
    userPoolArn,
    () =>
      client.send(
        new AdminInitiateAuthCommand({
          UserPoolId,
          ClientId,
          AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: username, PASSWORD: password },
        }),
      ),
    { InvalidParameterException: notEnabled },
  );
  if (challenge.ChallengeName !== 'MFA_SETUP') {
    throw withoutMfa(challenge.ChallengeName ?? 'a sign-in without MFA');
  }
  return challenge;
}
