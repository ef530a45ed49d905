import type { Connections } from './realtime/ports';
import { connectionOf, type WebSocketEvent, type WebSocketResult } from './websocket-event';

export interface DisconnectDependencies {
  connections: Pick<Connections, 'disconnect'>;
}

/**
 * @returns the handler of `$disconnect`, which deletes the connection's records. Best effort: API Gateway may never call
 * it, and the records that it leaves expire.
 */
export function createHandler({ connections }: DisconnectDependencies) {
  return async (event: WebSocketEvent): Promise<WebSocketResult> => {
    await connections.disconnect(connectionOf(event));
    return { statusCode: 200 };
  };
}
