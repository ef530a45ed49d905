import { randomUUID } from 'node:crypto';
import { DynamoMessageLog } from './adapters/message-log';
import { SubscriptionTable } from './adapters/subscription-table';
import { systemClock } from './adapters/system-clock';
import { dynamoClient, Table } from './adapters/table';
import { required, requiredNumber } from './environment';
import { errorFields, logLine } from './logger';
import { errorFrame, parseClientFrame, type ServerFrame } from './realtime/protocol';
import { answer } from './realtime/session';
import { connectionOf, type WebSocketEvent, type WebSocketResult } from './websocket-event';

const client = dynamoClient();
const connections = new SubscriptionTable(new Table(client, required('CONNECTION_TABLE'), systemClock), systemClock);
const log = new DynamoMessageLog({
  table: new Table(client, required('MESSAGE_LOG_TABLE'), systemClock),
  retentionSeconds: requiredNumber('MESSAGE_RETENTION_SECONDS'),
  clock: systemClock,
  newId: randomUUID,
});

/** `$default`: every frame gets one frame in answer, as the body of the route's response. */
export async function handler(event: WebSocketEvent): Promise<WebSocketResult> {
  return { statusCode: 200, body: JSON.stringify(await answerTo(event)) };
}

async function answerTo(event: WebSocketEvent): Promise<ServerFrame> {
  const parsed = parseClientFrame(event.isBase64Encoded ? '' : (event.body ?? ''));
  if ('error' in parsed) {
    return parsed.error;
  }
  try {
    return await answer(parsed.frame, {
      connection: connectionOf(event),
      connections,
      log,
      clock: systemClock,
      newId: randomUUID,
    });
  } catch (error) {
    logLine({ event: 'failed', action: parsed.frame.action, ...errorFields(error) });
    return errorFrame({ code: 'internal', message: 'The server failed; it has a record of it' }, parsed.frame.ref);
  }
}
