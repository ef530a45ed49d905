import { STATUS_CODES } from 'node:http';

/**
 * A message of the gateway itself. All such messages are in this file. Recorded from AWS: the frames for Forbidden and
 * Internal server error, with one space after the first colon and before the names `requestId` and `connectionId`, and no
 * others; the denial of ManageConnections. Unverified: the frame for a throttled message, the bodies of refused handshakes,
 * and the reasons in {@link Closing}.
 */
export function gatewayFrame(message: string, connectionId: string, requestId: string): string {
  return `{"message": "${message}", "connectionId":"${connectionId}", "requestId":"${requestId}"}`;
}

/** Reasons for the gateway to close a connection: code and reason of the close frame and of the `$disconnect` event. */
export const Closing = {
  /** [D] for the code, and for the reason in the event. */
  IDLE: { code: 1001, reason: 'Going away' },
  /** The code is unverified: AWS documents only the limit of two hours. */
  TOO_OLD: { code: 1001, reason: 'Going away' },
  /** The runner stops. A client observes the same as when a host of the gateway goes away. */
  DRAINING: { code: 1001, reason: 'Going away' },
  BINARY: { code: 1003, reason: 'Binary frames are not supported' },
  TOO_LARGE: { code: 1009, reason: 'Message too big' },
  NOT_UTF8: { code: 1007, reason: 'Invalid UTF-8' },
  PROTOCOL_ERROR: { code: 1002, reason: 'Protocol error' },
  DELETED: { code: 1000, reason: 'Connection Closed Normally' },
} as const;

export interface Close {
  readonly code: number;
  readonly reason: string;
}

/** @returns code and reason in `$disconnect` when the client closed: [R] for a close frame without a code */
export function clientClose(code: number, reason: string): Close {
  return { code, reason: code === 1005 ? 'Client-side close frame status not set' : reason };
}

/**
 * @param message - in place of the usual one of the status
 * @returns the body of the HTTP response to a refused handshake
 */
export function handshakeRefusal(
  statusCode: number,
  connectionId: string,
  requestId: string,
  message = statusCode === 500 || statusCode === 502 ? 'Internal server error' : STATUS_CODES[statusCode],
): string {
  return gatewayFrame(message ?? 'Refused', connectionId, requestId);
}

/** @param resource - `…/POST/@connections/*`. The denial contains no id [R] */
export function manageConnectionsDenied(caller: RoleSession, resource: string): string {
  return executeApiDenied(caller, 'execute-api:ManageConnections', resource.replace(/\*$/, '{connectionId}'));
}

/** @returns AWS's message for a call that the role does not allow. It contains only the last four digits of the account [R] */
export function executeApiDenied(caller: RoleSession, action: string, resource: string): string {
  const masked = resource.replace(/^((?:[^:]*:){4})\d{8}/, '$1********');
  return `User: ${userArnOf(caller)} is not authorized to perform: ${action} on resource: ${masked}`;
}

/** @returns the ARN of a role's session. On AWS the session of a function has its name; local credentials identify only the role */
export function userArnOf({ roleArn, session = 'local' }: RoleSession): string {
  const [, partition, , , account = '', name = ''] = roleArn.split(':');
  return `arn:${partition}:sts::${account}:assumed-role/${name.split('/').at(-1)}/${session}`;
}

interface RoleSession {
  /** `arn:aws:iam::123456789012:role/path/NAME` */
  readonly roleArn: string;
  readonly session?: string;
}
