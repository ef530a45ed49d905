/** Credentials of an AWS SDK. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** The signer of a request: a role of the template, the user with their own keys, or none. */
export type Caller =
  | { readonly kind: 'role'; readonly roleArn: string; /** @default 'local' */ readonly session?: string }
  | { readonly kind: 'person' }
  | { readonly kind: 'unsigned' };

/** Prefix of an access key id that contains a role. AWS's own ids begin with AKIA or ASIA. */
const PREFIX = 'LOCAL';

/** The content of such an id: the ARN of a role, and the name of the session if the role was assumed. */
const ROLE_ARN = /^(arn:[^:]+:iam::\d{12}:role\/[^ ]+)(?: (.+))?$/;

/** `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …`: Signature Version 4, also its asymmetric form. */
const CREDENTIAL = /^AWS4-[A-Z0-9-]+ .*\bCredential=([^/,\s]+)\/(?:\d{8}\/([a-z0-9-]+)\/[a-z0-9-]+\/aws4_request)?/;

/**
 * The credentials of a role. The access key id contains the role's ARN, so that a service knows the caller without a
 * lookup. They are not secret: signatures are not verified, because everything listens on loopback.
 *
 * @param session - name of the session, for a role that a caller assumed
 */
export function credentialsOf(roleArn: string, session?: string): Credentials {
  const content = session === undefined ? roleArn : `${roleArn} ${session}`;
  return {
    accessKeyId: `${PREFIX}${Buffer.from(content).toString('base64url')}`,
    secretAccessKey: 'local',
    sessionToken: 'local',
  };
}

/**
 * @param authorizationHeader - the header `Authorization`
 * @returns the Region of the signature's credential scope: `us-east-1`; undefined for a header without one
 */
export function regionOf(authorizationHeader: string | undefined): string | undefined {
  return authorizationHeader?.match(CREDENTIAL)?.[2];
}

/**
 * Reads the signer of a request.
 *
 * @param authorizationHeader - the header `Authorization`. A header that is not Signature Version 4 counts as unsigned.
 */
export function callerOf(authorizationHeader: string | undefined): Caller {
  const accessKeyId = authorizationHeader?.match(CREDENTIAL)?.[1];
  if (!accessKeyId) return { kind: 'unsigned' };
  if (!accessKeyId.startsWith(PREFIX)) return { kind: 'person' };
  const content = Buffer.from(accessKeyId.slice(PREFIX.length), 'base64url').toString();
  const [, roleArn, session] = ROLE_ARN.exec(content) ?? [];
  return roleArn ? { kind: 'role', roleArn, ...(session && { session }) } : { kind: 'person' };
}
