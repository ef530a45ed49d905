import type { Connection } from '../../lambda/realtime/ports';
import type { WebSocketEvent } from '../../lambda/websocket-event';

/** Opening time of connections that tests specify only by id. */
const CONNECTED_AT = Date.now();

/** Events in the format of API Gateway, including properties that the handlers do not read. */
function event(connection: string | Connection, eventType: string, routeKey: string) {
  const { id: connectionId, connectedAt } =
    typeof connection === 'string' ? { id: connection, connectedAt: CONNECTED_AT } : connection;
  return {
    requestContext: {
      routeKey,
      eventType,
      extendedRequestId: 'BFHPhFe3IAMF95g=',
      requestTime: '11/Nov/2024:11:35:24 +0000',
      messageDirection: 'IN',
      stage: 'prod',
      connectedAt,
      requestTimeEpoch: connectedAt + 8,
      identity: { sourceIp: '192.0.2.1' },
      requestId: 'BFHPhFe3IAMF95g=',
      domainName: 'ws.example.com',
      connectionId,
      apiId: 'abcdefghij',
    },
    isBase64Encoded: false,
  };
}

/** @param headers names in the client's case */
export function connectEvent(connection: string | Connection, headers: Record<string, string> = {}): WebSocketEvent {
  const all = {
    Host: 'ws.example.com',
    'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version': '13',
    'X-Amzn-Trace-Id': 'Root=1-6731ebfc-08e1e656421db73c5d2eef31',
    'X-Forwarded-For': '192.0.2.1',
    'X-Forwarded-Port': '443',
    'X-Forwarded-Proto': 'https',
    ...headers,
  };
  const multiValueHeaders = Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]]));
  return Object.assign(event(connection, 'CONNECT', '$connect'), { headers: all, multiValueHeaders });
}

export function messageEvent(connection: string | Connection, body: string, isBase64Encoded = false): WebSocketEvent {
  const { requestContext } = event(connection, 'MESSAGE', '$default');
  return { requestContext: Object.assign(requestContext, { messageId: 'BFHPjfCKIAMCKlQ=' }), body, isBase64Encoded };
}

export function disconnectEvent(connection: string | Connection): WebSocketEvent {
  const headers = { Host: 'ws.example.com', 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' };
  const { requestContext, isBase64Encoded } = event(connection, 'DISCONNECT', '$disconnect');
  return {
    requestContext: Object.assign(requestContext, {
      disconnectStatusCode: 1005,
      disconnectReason: 'Client-side close frame status not set',
    }),
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    isBase64Encoded,
  };
}
