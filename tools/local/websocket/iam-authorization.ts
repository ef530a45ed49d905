import type { IncomingMessage } from 'node:http';
import type { WebSocketApiBlueprint } from '../blueprint';
import type { Caller } from '../identity/credentials';
import { deniedCall } from '../identity/denied';
import type { Denial } from '../log-line';
import { partitionOf } from '../partition';
import { executeApiDenied, userArnOf } from './gateway-responses';
import type { Identity } from './management-api';
import { signatureOf } from './signature';

/** Facts about the signer in `requestContext.identity`. Ids of users are not those of AWS. */
type SignerIdentity = Readonly<Record<'accountId' | 'accessKey' | 'caller' | 'user' | 'userArn', string>>;

type Verdict =
  | { readonly signer: SignerIdentity }
  | { readonly statusCode: 403; readonly reason: string; readonly message: string; readonly denied?: Denial };

/**
 * Authorizes a handshake of an API with AWS_IAM: it must be signed, and the role of the credentials must allow `execute-api:Invoke` for
 * the route. Keys that are not of this run are those of the user, who may do everything.
 *
 * @param resource - `arn:aws:execute-api:us-east-1:123456789012:abc123/prod/$connect`
 * @param now - milliseconds
 */
export async function authorizeBySignature(
  { headers, url = '/' }: IncomingMessage,
  api: WebSocketApiBlueprint,
  resource: string,
  identity: Identity,
  now: number,
): Promise<Verdict> {
  const signature = signatureOf(headers, url, now);
  if ('refusal' in signature) {
    return { statusCode: 403, reason: signature.refusal, message: signature.refusal };
  }
  const caller = identity.callerOf(signature.authorization);
  if (caller.kind === 'role') {
    const action = 'execute-api:Invoke';
    const { allowed, statementToAdd } = await identity.authorize(caller.roleArn, action, resource);
    if (!allowed) {
      const denied = { role: caller.roleArn, action, resource, ...(statementToAdd && { statementToAdd }) };
      const { text } = deniedCall(denied);
      return { statusCode: 403, reason: text, denied, message: executeApiDenied(caller, action, resource) };
    }
  }
  return { signer: signerOf(caller, signature.authorization, api) };
}

function signerOf(caller: Caller, authorization: string, api: WebSocketApiBlueprint): SignerIdentity {
  const accessKey = /\bCredential=([^/,\s]+)/.exec(authorization)?.[1] ?? '';
  if (caller.kind === 'role') {
    const user = `AROALOCALLOCALLOCALL:${caller.session ?? 'local'}`;
    const accountId = caller.roleArn.split(':')[4] ?? '';
    return { accountId, accessKey, caller: user, user, userArn: userArnOf(caller) };
  }
  const user = 'AIDALOCALLOCALLOCALL';
  const userArn = `arn:${partitionOf(api.region).name}:iam::${api.accountId}:user/local`;
  return { accountId: api.accountId, accessKey, caller: user, user, userArn };
}
