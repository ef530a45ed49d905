import type { Connection } from './realtime/ports';

/** Part of an API Gateway WebSocket event that the handlers read. test/support/websocket-events.ts has complete events. */
export interface WebSocketEvent {
  requestContext: { connectionId: string; connectedAt: number };
  /** On `$connect` only. Names have the client's capitalization, so a name can occur in two of them. */
  multiValueHeaders?: Record<string, string[]>;
  /** On messages only. */
  body?: string;
  isBase64Encoded: boolean;
}

/** Result of a handler: on `$connect` a status, on other routes a body that is sent to the client. */
export interface WebSocketResult {
  statusCode: number;
  headers?: Record<string, string>;
  body?: string;
}

export function connectionOf({ requestContext }: WebSocketEvent): Connection {
  return { id: requestContext.connectionId, connectedAt: requestContext.connectedAt };
}

/** @returns all values of a header, regardless of its capitalization. */
export function headerValues({ multiValueHeaders = {} }: WebSocketEvent, name: string): string[] {
  return Object.entries(multiValueHeaders).flatMap(([key, values]) => (key.toLowerCase() === name ? values : []));
}
