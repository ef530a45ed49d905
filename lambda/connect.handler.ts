import { createHash } from 'node:crypto';
import { ConnectionTable } from './adapters/connection-table';
import { systemClock } from './system-clock';
import { dynamoClient, Table } from './adapters/table';
import { TicketEntrance } from './adapters/ticket-entrance';
import { required, requiredNumber } from './environment';
import { logLine } from './logger';
import { cameThroughDistribution, ORIGIN_SECRET_HEADER } from './origin-secret';
import { admit, parseOrigins } from './realtime/admission';
import { type Connection, type Entrance, Unavailable } from './realtime/ports';
import { connectionOf, headerValues, type WebSocketEvent, type WebSocketResult } from './websocket-event';

const allowedOrigins = parseOrigins(required('ALLOWED_ORIGINS'));
const originSecret = required('ORIGIN_SECRET');
const admissionTable = required('ADMISSION_TABLE');
const ticketed = admissionTable !== 'none';
const client = dynamoClient();
const connections = new ConnectionTable(new Table(client, required('CONNECTION_TABLE'), systemClock), systemClock);
const entrance: Entrance = new TicketEntrance({
  connections,
  admission: { table: new Table(client, admissionTable, systemClock), name: admissionTable },
  connectionsPerSubject: requiredNumber('CONNECTIONS_PER_SUBJECT'),
  clock: systemClock,
});

const STATUS = { unauthorized: 401, rate_limited: 429 };

/** `$connect`: the client gets its connection with this status 200, or this status instead. */
export async function handler(event: WebSocketEvent): Promise<WebSocketResult> {
  if (!cameThroughDistribution(headerValues(event, ORIGIN_SECRET_HEADER), originSecret)) {
    logLine({ event: 'refused', reason: 'bypass' });
    return { statusCode: 403 };
  }
  const admission = admit(
    { origins: headerValues(event, 'origin'), protocols: headerValues(event, 'sec-websocket-protocol') },
    { allowedOrigins, ticketed },
  );
  if (!admission.admitted) {
    logLine({ event: 'refused', reason: admission.status === 403 ? 'origin' : 'ticket' });
    return { statusCode: admission.status };
  }
  try {
    const outcome = await open(connectionOf(event), admission);
    if (outcome !== 'connected') {
      logLine({ event: 'refused', reason: outcome });
      return { statusCode: STATUS[outcome] };
    }
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

async function open(
  connection: Connection,
  { ticket, origin }: { ticket?: string; origin: string },
): ReturnType<Entrance['enter']> {
  if (ticket === undefined) {
    await connections.connect(connection);
    return 'connected';
  }
  return entrance.enter(connection, createHash('sha256').update(ticket).digest('base64url'), origin);
}
