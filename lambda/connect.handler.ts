import { ConnectionTable } from './adapters/connection-table';
import { systemClock } from './adapters/system-clock';
import { dynamoClient, Table } from './adapters/table';
import { required } from './environment';
import { logLine } from './logger';
import { cameThroughDistribution, ORIGIN_SECRET_HEADER } from './origin-secret';
import { admit, parseOrigins } from './realtime/admission';
import { Unavailable } from './realtime/ports';
import { connectionOf, headerValues, type WebSocketEvent, type WebSocketResult } from './websocket-event';

const allowedOrigins = parseOrigins(required('ALLOWED_ORIGINS'));
const originSecret = required('ORIGIN_SECRET');
const connections = new ConnectionTable(
  new Table(dynamoClient(), required('CONNECTION_TABLE'), systemClock),
  systemClock,
);

/** `$connect`: the client gets its connection with this status 200, or this status instead. */
export async function handler(event: WebSocketEvent): Promise<WebSocketResult> {
  if (!cameThroughDistribution(headerValues(event, ORIGIN_SECRET_HEADER), originSecret)) {
    logLine({ event: 'refused', reason: 'bypass' });
    return { statusCode: 403 };
  }
  const admission = admit(
    { origins: headerValues(event, 'origin'), protocols: headerValues(event, 'sec-websocket-protocol') },
    allowedOrigins,
  );
  if (!admission.admitted) {
    logLine({ event: 'refused', reason: 'origin' });
    return { statusCode: 403 };
  }
  try {
    await connections.connect(connectionOf(event));
  } catch (error) {
    if (error instanceof Unavailable) {
      logLine({ event: 'refused', reason: 'unavailable' });
      return { statusCode: 503 };
    }
    throw error;
  }
  const { protocol } = admission;
  return { statusCode: 200, headers: protocol && { 'Sec-WebSocket-Protocol': protocol } };
}
