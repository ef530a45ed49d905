import { randomUUID } from 'node:crypto';
import { AdmissionTable } from './adapters/admission-table';
import { DynamoMessageLog } from './adapters/message-log';
import { noAdmission } from './adapters/no-admission';
import { SubscriptionTable } from './adapters/subscription-table';
import { dynamoClient, Table } from './adapters/table';
import { required, requiredNumber } from './environment';
import { parseAllowance } from './realtime/allowance';
import type { Session } from './realtime/session';
import { systemClock } from './system-clock';

/** @returns the dependencies of a function that answers frames, from the environment that the WebSocket lane gives it */
export function sessionFromEnvironment(): Omit<Session, 'connection'> {
  const client = dynamoClient();
  const tableOf = (name: string) => new Table(client, name, systemClock);

  const admissionTable = required('ADMISSION_TABLE');
  const requests = parseAllowance(required('SUBJECT_ALLOWANCE'));
  const admission =
    admissionTable === 'none' ? noAdmission : new AdmissionTable(tableOf(admissionTable), systemClock, requests);

  return {
    connections: new SubscriptionTable(
      tableOf(required('CONNECTION_TABLE')),
      systemClock,
      parseAllowance(required('FRAME_ALLOWANCE')),
    ),
    log: new DynamoMessageLog({
      table: tableOf(required('MESSAGE_LOG_TABLE')),
      retentionSeconds: requiredNumber('MESSAGE_RETENTION_SECONDS'),
      clock: systemClock,
      newId: randomUUID,
    }),
    allowances: admission,
    closer: admission,
    clock: systemClock,
    newId: randomUUID,
  };
}
