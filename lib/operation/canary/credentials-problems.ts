import { Stack, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { AuthenticationConfig } from '../../authentication/authentication';
import { shown } from './shown';

/** @returns problems of the secret of the props, each with the value received and a fix */
export function credentialsProblems(
  scope: Construct,
  authentication: AuthenticationConfig | undefined,
  credentials: unknown,
): string[] {
  if (credentials === undefined) {
    return authentication && !authentication.userPool
      ? [
          "credentials are required with an OIDC issuer, got undefined. Fix: use Secret.fromSecretCompleteArn(this, 'CanaryCredentials', arn) with a secret that contains tokenUrl, clientId and clientSecret",
        ]
      : [];
  }
  if (!isSecret(credentials)) {
    return [
      `credentials must be a secret, got ${shown(credentials)}. Fix: use Secret.fromSecretCompleteArn(this, 'CanaryCredentials', arn)`,
    ];
  }
  if (!authentication) {
    return [
      `credentials must not be set without authentication, got ${credentials.node.path}. Fix: remove credentials, because the canary does not sign in`,
    ];
  }
  return regionProblems(scope, credentials);
}

/** A secret, without the type of the CDK, because a value in JavaScript can be anything. */
interface SecretLike {
  readonly secretArn: string;
  readonly node: { readonly path: string };
  readonly env: { readonly region: string };
}

function isSecret(value: unknown): value is SecretLike {
  return Construct.isConstruct(value) && 'secretArn' in value && 'env' in value;
}

/** The function uses the endpoint of its own Region. */
function regionProblems(scope: Construct, { node, env }: SecretLike): string[] {
  const { region } = Stack.of(scope);
  const isKnown = !Token.isUnresolved(region) && !Token.isUnresolved(env.region);
  return isKnown && region !== env.region
    ? [
        `credentials must be in the Region of the stack, ${region}, got ${node.path} in ${env.region}. Fix: use a secret in ${region}`,
      ]
    : [];
}
