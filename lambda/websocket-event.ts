import type { Connection } from './realtime/ports';

/** Parts of an API Gateway WebSocket event that the handlers read; see test/support/websocket-events.ts for whole ones. */
export interface WebSocketEvent {
  requestContext: { connectionId: string; connectedAt: number };
  /** On `$connect` only, in the client's spelling; a name in two spellings is there twice. */
  multiValueHeaders?: Record<string, string[]>;
  /** On messages only. */
  body?: string;
  isBase64Encoded: boolean;
}

/** What API Gateway expects back: on `$connect` a status, on other routes the body is sent to the client. */
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
