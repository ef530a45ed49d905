import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Caller } from '../identity/credentials';
import { deniedCall } from '../identity/denied';
import type { LogLine } from '../log-line';
import type { Latencies } from '../latency/latencies';
import type { Connection } from './connection';
import { Closing, manageConnectionsDenied } from './gateway-responses';
import { answer } from './http-answer';
import { isId } from './id';
import type { Stage } from './stage';

/** Identification and authorization of callers. */
export interface Identity {
  callerOf(authorizationHeader: string | undefined): Caller;
  authorize(
    roleArn: string,
    action: string,
    resource: string,
  ): Promise<{ readonly allowed: boolean; readonly statementToAdd?: object }>;
}

/** A denied call: the response for the SDK, and the line for the log. */
interface Denial {
  readonly errorType: string;
  readonly body: object;
  readonly line: Pick<LogLine, 'text' | 'denied'>;
}

/** Response to an unsigned request. API Gateway responds the same to a request that is not a command [C]. */
const UNSIGNED = {
  errorType: 'MissingAuthenticationTokenException',
  body: { message: 'Missing Authentication Token' },
};

/** The `@connections` commands of one stage, with the errors that an AWS SDK expects. */
export class ManagementApi {
  constructor(
    private readonly stage: Stage,
    private readonly identity: Identity,
    private readonly latencies: Latencies,
  ) {}

  /** @param path - path below the stage: `/@connections/ID`, or `/%40connections/ID`, with the id encoded or not */
  async handle(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { stage } = this;
    const { method = '' } = request;
    const id = connectionIdOf(path);
    if (id === undefined || !['POST', 'GET', 'DELETE'].includes(method)) {
      answer(response, 403, UNSIGNED.body, UNSIGNED.errorType);
      return;
    }
    // Authorized for all connections: a role's policy cannot contain their ids, and AWS's denial contains no id [R].
    const resource = stage.events.methodArn(`${method}/@connections/*`);
    const denial = await this.denial(request.headers.authorization, resource);
    if (denial) {
      stage.log('warn', denial.line.text, denial.line.denied);
      answer(response, 403, denial.body, denial.errorType);
      return;
    }
    const body = method === 'POST' ? await bodyOf(request, stage.limits.messageBytes) : '';
    const latency = method === 'POST' ? this.latencies.next('post') : 0;
    if (latency > 0) {
      // Before the post, so that its message arrives after the whole latency.
      await sleep(latency);
    }
    const status = this.perform(method, id, body, response);
    stage.log(status < 400 ? 'info' : 'warn', `${method} @connections/${id}: ${status}`);
  }

  private async denial(authorization: string | undefined, resource: string): Promise<Denial | undefined> {
    const caller = this.identity.callerOf(authorization);
    if (caller.kind === 'unsigned') {
      return { ...UNSIGNED, line: { text: 'Access denied: a request to @connections is not signed' } };
    }
    if (caller.kind === 'person') {
      return undefined;
    }
    const { roleArn } = caller;
    const action = 'execute-api:ManageConnections';
    const { allowed, statementToAdd } = await this.identity.authorize(roleArn, action, resource);
    if (allowed) {
      return undefined;
    }
    return {
      errorType: 'AccessDeniedException',
      // With a capital M: [R].
      body: { Message: manageConnectionsDenied(caller, resource) },
      line: deniedCall({ role: roleArn, action, resource, ...(statementToAdd && { statementToAdd }) }),
    };
  }

  /** @returns the status of the response */
  private perform(method: string, id: string, body: string | undefined, response: ServerResponse): number {
    if (body === undefined) {
      return refuse(response, 413, 'PayloadTooLargeException', 'Message too long');
    }
    if (!isId(id)) {
      // [C]: an id that does not have the form of API Gateway's ids causes 400, not 410.
      return refuse(response, 400, 'BadRequestException', `Invalid connectionId: ${id}`);
    }
    const connection = this.stage.connections.get(id);
    if (!connection) {
      return gone(response);
    }
    switch (method) {
      case 'POST':
        return post(connection, body, response);
      case 'DELETE':
        connection.close(Closing.DELETED);
        answer(response, 204);
        return 204;
      default:
        answer(response, 200, description(connection));
        return 200;
    }
  }
}

function post(connection: Connection, text: string, response: ServerResponse): number {
  switch (connection.send(text)) {
    case 'sent':
      answer(response, 200);
      return 200;
    case 'gone':
      return gone(response);
    case 'full':
      return refuse(response, 429, 'LimitExceededException', 'The client side buffer is full');
  }
}

function gone(response: ServerResponse): number {
  answer(response, 410, undefined, 'GoneException');
  return 410;
}

function refuse(response: ServerResponse, statusCode: number, errorType: string, message: string): number {
  answer(response, statusCode, { message }, errorType);
  return statusCode;
}

function description({ facts, lastActiveAt }: Connection): object {
  return {
    connectedAt: new Date(facts.connectedAt).toISOString(),
    identity: { sourceIp: facts.sourceIp, userAgent: facts.userAgent },
    lastActiveAt: new Date(lastActiveAt).toISOString(),
  };
}

function connectionIdOf(path: string): string | undefined {
  const encoded = /^\/(?:@|%40)connections\/([^/]+)$/i.exec(path)?.[1];
  try {
    return encoded && decodeURIComponent(encoded);
  } catch {
    return undefined; // Not valid percent-encoding, so not an id.
  }
}

/** @returns the body; undefined if it has more than `maxBytes`. Such a body is read to its end and discarded */
async function bodyOf(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBytes) {
      chunks.push(chunk);
    }
  }
  return bytes > maxBytes ? undefined : Buffer.concat(chunks).toString();
}
