import { ConnectionTable } from './adapters/connection-table';
import { systemClock } from './system-clock';
import { dynamoClient, Table } from './adapters/table';
import { required } from './environment';
import { connectionOf, type WebSocketEvent, type WebSocketResult } from './websocket-event';

const connections = new ConnectionTable(
  new Table(dynamoClient(), required('CONNECTION_TABLE'), systemClock),
  systemClock,
);

/** `$disconnect`: best effort. API Gateway may never call it, and what it leaves behind expires. */
export async function handler(event: WebSocketEvent): Promise<WebSocketResult> {
  await connections.disconnect(connectionOf(event));
  return { statusCode: 200 };
}
