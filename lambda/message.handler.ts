import { randomUUID } from 'node:crypto';
import { AdmissionTable } from './adapters/admission-table';
import { DynamoMessageLog } from './adapters/message-log';
import { noAdmission } from './adapters/no-admission';
import { SubscriptionTable } from './adapters/subscription-table';
import { systemClock } from './system-clock';
import { dynamoClient, Table } from './adapters/table';
import { required, requiredNumber } from './environment';
import { errorFields, logLine } from './logger';
import { parseAllowance } from './realtime/allowance';
import { errorFrame, parseClientFrame, type ServerFrame } from './realtime/protocol';
import { answer } from './realtime/session';
import { connectionOf, type WebSocketEvent, type WebSocketResult } from './websocket-event';

const client = dynamoClient();
const connections = new SubscriptionTable(
  new Table(client, required('CONNECTION_TABLE'), systemClock),
  systemClock,
  parseAllowance(required('FRAME_ALLOWANCE')),
);
const log = new DynamoMessageLog({
  table: new Table(client, required('MESSAGE_LOG_TABLE'), systemClock),
  retentionSeconds: requiredNumber('MESSAGE_RETENTION_SECONDS'),
  clock: systemClock,
  newId: randomUUID,
});
const admissionTable = required('ADMISSION_TABLE');
const admission =
  admissionTable === 'none'
    ? noAdmission
    : new AdmissionTable(
        new Table(client, admissionTable, systemClock),
        systemClock,
        parseAllowance(required('SUBJECT_ALLOWANCE')),
      );

/** `$default`: every frame gets one frame in answer, as the body of the route's response. */
export async function handler(event: WebSocketEvent): Promise<WebSocketResult> {
  return { statusCode: 200, body: JSON.stringify(await answerTo(event)) };
}

async function answerTo(event: WebSocketEvent): Promise<ServerFrame> {
  const parsed = parseClientFrame(event.isBase64Encoded ? '' : (event.body ?? ''));
  try {
    return await answer(parsed, {
      connection: connectionOf(event),
      connections,
      log,
      allowances: admission,
      closer: admission,
      clock: systemClock,
      newId: randomUUID,
    });
  } catch (error) {
    const { action, ref } = 'frame' in parsed ? parsed.frame : { ref: parsed.error.ref };
    logLine({ event: 'failed', action, ...errorFields(error) });
    return errorFrame({ code: 'internal', message: 'The server failed; it has a record of it' }, ref);
  }
}
