import { Names, Stack, Validations } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { SignInRules } from '../../../lambda/canary/canary';
import type { SignInUserPool } from '../../authentication/authentication';
import type { Retention } from '../../storage/retention';
import type { CanaryContext } from './canary-config';
import { clientProblems } from './client-problems';
import { credentialsProblems } from './credentials-problems';

/** Credentials of the canary. */
export interface CanaryCredentials {
  readonly rules: SignInRules;

  /** Undefined without authentication. */
  readonly secret: ISecret | undefined;

  /** Grants permission to read the secret, and to sign in with it. */
  grantSignIn(grantee: IGrantable): void;
}

/**
 * Reports the problems of the credentials and of the app client of a user pool.
 *
 * @param given - secret of the props. @default - created for a user pool
 */
export function addCredentials(
  scope: Construct,
  { authentication, retention }: CanaryContext,
  given?: ISecret,
): CanaryCredentials {
  const found = credentialsProblems(scope, authentication, given);
  scope.node.addValidation({ validate: () => found });
  // With a value that is no secret, a grant would throw before synthesis reports all problems.
  const usable = found.length === 0 ? given : undefined;
  const pool = authentication?.userPool;
  if (!pool) {
    return {
      rules: { type: authentication ? 'clientCredentials' : 'none' },
      secret: usable,
      grantSignIn: (grantee) => usable?.grantRead(grantee),
    };
  }
  pool.allowAdminUserPassword?.();
  scope.node.addValidation({ validate: () => clientProblems(scope, pool) });
  return credentialsOf(scope, pool, usable ?? addSecret(scope, retention));
}

function credentialsOf(scope: Construct, { userPool, client }: SignInUserPool, secret: ISecret): CanaryCredentials {
  return {
    rules: {
      type: 'userPool',
      userPoolId: userPool.userPoolId,
      clientId: client.userPoolClientId,
      region: userPool.env.region ?? Stack.of(scope).region,
    },
    secret,
    grantSignIn: (grantee) => {
      secret.grantRead(grantee);
      userPool.grant(grantee, 'cognito-idp:AdminInitiateAuth', 'cognito-idp:AdminRespondToAuthChallenge');
    },
  };
}

/** A change of the template would replace the value, and with it the second factor. So it contains nothing that changes, such as a host. */
function addSecret(scope: Construct, { removalPolicy }: Retention): Secret {
  const secret = new Secret(scope, 'Credentials', {
    description: 'Credentials of the canary. npm run canary:user writes them.',
    generateSecretString: {
      secretStringTemplate: Stack.of(scope).toJsonString({ username: userNameOf(scope) }),
      generateStringKey: 'password',
    },
    removalPolicy,
  });
  Validations.of(secret).acknowledge({
    id: 'AwsSolutions::AwsSolutions-SMG4',
    reason:
      'The password is useless without the second factor, whose secret npm run canary:user also writes. Run it again to replace both.',
  });
  return secret;
}

/** @returns the email address of the canary's user: unique in all Regions of an account, and one that receives no email */
function userNameOf(scope: Construct): string {
  // Most characters of a label of a host.
  const name = Names.uniqueResourceName(scope, { maxLength: 63, separator: '-' }).toLowerCase();
  return `canary@${name}.${Stack.of(scope).region}.example.com`;
}
