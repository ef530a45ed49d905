import type { OperationCaller } from '../../aws/json-client';
import type { SignIn, SignInRules } from '../canary';
import { CheckFailure } from '../check-failure';
import { oneTimePassword } from '../one-time-password';
import { callFailure } from './call-failure';
import { fieldOf, type SecretReader } from './secret';

/** Action of the operator if the credentials are missing or refused. */
const FIX = 'run npm run canary:user';

/** Words for exceptions of Amazon Cognito. */
const REFUSALS = {
  NotAuthorizedException: `The user pool refuses the user or the password. Fix: ${FIX}`,
  UserNotFoundException: `The user pool has no such user. Fix: ${FIX}`,
  CodeMismatchException: `The user pool refuses the one-time password. Fix: ${FIX}`,
  ExpiredCodeException: 'The one-time password was used before: another run signed in within the same 30 s',
  InvalidParameterException: 'The app client must allow ALLOW_ADMIN_USER_PASSWORD_AUTH. Fix: deploy the stack',
  AccessDeniedException: 'The role of the canary must be allowed to sign in. Fix: deploy the stack',
} as const;

/** Answer of a sign-in: a challenge, or the tokens. */
interface SignInAnswer {
  readonly ChallengeName?: string;
  readonly Session?: string;
  readonly ChallengeParameters?: { readonly USER_ID_FOR_SRP?: string };
  readonly AuthenticationResult?: { readonly IdToken?: string };
}

export interface UserPoolSignIn {
  readonly rules: Extract<SignInRules, { type: 'userPool' }>;
  readonly secret: SecretReader;
  /** Client of Amazon Cognito. */
  readonly cognito: OperationCaller;
  /** @returns milliseconds since 1970 */
  readonly now: () => number;
}

/** Signs in as a user of a user pool, with a password and a one-time password. The token is the ID token, which has the tenant. */
export function userPoolSignIn({ rules, secret, cognito, now }: UserPoolSignIn): SignIn {
  const { userPoolId: UserPoolId, clientId: ClientId } = rules;
  const call = (operation: string, input: object): Promise<SignInAnswer> =>
    cognito
      .call<SignInAnswer>(operation, { UserPoolId, ClientId, ...input })
      .catch(callFailure(`Amazon Cognito, ${operation}`, REFUSALS));
  return async () => {
    const fields = await secret();
    const [username, password, totpSecret] = ['username', 'password', 'totpSecret'].map((name) =>
      fieldOf(fields, name, FIX),
    ) as [string, string, string];
    const first = await call('AdminInitiateAuth', {
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: username, PASSWORD: password },
    });
    if (first.ChallengeName !== 'SOFTWARE_TOKEN_MFA') {
      return tokenIn(first);
    }
    const second = await call('AdminRespondToAuthChallenge', {
      ChallengeName: 'SOFTWARE_TOKEN_MFA',
      Session: first.Session,
      ChallengeResponses: {
        // The name in the user pool, because the challenge does not accept an alias such as an email address.
        USERNAME: first.ChallengeParameters?.USER_ID_FOR_SRP ?? username,
        SOFTWARE_TOKEN_MFA_CODE: codeOf(totpSecret, now()),
      },
    });
    return tokenIn(second);
  };
}

function codeOf(secret: string, now: number): string {
  try {
    return oneTimePassword(secret, now);
  } catch {
    throw new CheckFailure(`"totpSecret" in the canary's secret must be in base32. Fix: ${FIX}`);
  }
}

function tokenIn({ AuthenticationResult, ChallengeName }: SignInAnswer): string {
  const token = AuthenticationResult?.IdToken;
  if (token) {
    return token;
  }
  throw new CheckFailure(
    ChallengeName && /^[A-Z_]{1,40}$/.test(ChallengeName)
      ? `The user pool asks the canary for ${ChallengeName}, which it cannot answer. Fix: ${FIX}`
      : 'The user pool answered without an ID token',
  );
}
