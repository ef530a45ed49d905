/** Permissions that the command needs. AWS requires none for the registration of the software token. */
export const PERMISSIONS = [
  { action: 'cloudformation:DescribeStacks', resource: 'the stack' },
  { action: 'cloudformation:ListStackResources', resource: 'the stack' },
  { action: 'secretsmanager:GetSecretValue', resource: 'the secret' },
  { action: 'secretsmanager:PutSecretValue', resource: 'the secret' },
  { action: 'cognito-idp:GetUserPoolMfaConfig', resource: 'the user pool' },
  { action: 'cognito-idp:AdminGetUser', resource: 'the user pool' },
  { action: 'cognito-idp:AdminDeleteUser', resource: 'the user pool' },
  { action: 'cognito-idp:AdminCreateUser', resource: 'the user pool' },
  { action: 'cognito-idp:AdminSetUserPassword', resource: 'the user pool' },
  { action: 'cognito-idp:AdminInitiateAuth', resource: 'the user pool' },
  { action: 'cognito-idp:AdminRespondToAuthChallenge', resource: 'the user pool' },
] as const;

export type Action =
  (typeof PERMISSIONS)[number]['action'] | 'cognito-idp:AssociateSoftwareToken' | 'cognito-idp:VerifySoftwareToken';
