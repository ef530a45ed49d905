import type { Connections } from './realtime/ports';
import { connectionOf, type WebSocketEvent, type WebSocketResult } from './websocket-event';

export interface DisconnectDependencies {
  connections: Pick<Connections, 'disconnect'>;
}

/**
 * Creates the handler of `$disconnect`, which deletes the connection's records. API Gateway calls it on a best-effort basis.
 * Without a call, the records expire.
 */
export function createHandler({ connections }: DisconnectDependencies) {
  return async (event: WebSocketEvent): Promise<WebSocketResult> => {
    await connections.disconnect(connectionOf(event));
    return { statusCode: 200 };
  };
}
