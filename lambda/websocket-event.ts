import type { Connection } from './realtime/ports';

/** The members of an API Gateway WebSocket event that the handlers read. test/support/websocket-events.ts has whole events. */
export interface WebSocketEvent {
  requestContext: { connectionId: string; connectedAt: number };
  /** On `$connect` only, in the client's spelling; a name in two spellings is there twice. */
  multiValueHeaders?: Record<string, string[]>;
  /** On messages only. */
  body?: string;
  isBase64Encoded: boolean;
}

/** A handler's result: on `$connect` a status, on other routes a body that is sent to the client. */
export interface WebSocketResult {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
}

export function connectionOf({ requestContext }: WebSocketEvent): Connection {
  return { id: requestContext.connectionId, connectedAt: requestContext.connectedAt };
}

/** @returns every value of a header, whatever its spelling. */
export function headerValues({ multiValueHeaders = {} }: WebSocketEvent, name: string): string[] {
  return Object.entries(multiValueHeaders).flatMap(([key, values]) => (key.toLowerCase() === name ? values : []));
}
