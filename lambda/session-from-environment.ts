import { randomUUID } from 'node:crypto';
import { AdmissionTable } from './adapters/admission-table';
import { FUNCTION_WAIT, hintingFromEnvironment } from './adapters/hint-queue';
import { DynamoMessageLog } from './adapters/message-log';
import { unlimited } from './adapters/unlimited';
import { SubscriptionTable } from './adapters/subscription-table';
import { dynamoClient, Table } from './adapters/table';
import type { CredentialProvider } from './aws/credentials';
import type { OperationCaller } from './aws/json-client';
import { required, requiredNumber } from './environment';
import { logHintFailure, logLine } from './logger';
import { parseRateLimit } from './realtime/rate-limit';
import { RecentHeads } from './realtime/recent-heads';
import type { Session } from './realtime/session';
import { systemClock } from './system-clock';

/** Dependencies of frames that do not depend on the entry, and requests to close connections. */
type SharedSession = Omit<Session, 'connection' | 'connections'>;

interface SharedSessionOptions {
  /** Client of DynamoDB. */
  readonly client: OperationCaller;
  /** Credentials for the hint queue. @default - those of the function */
  readonly credentials?: CredentialProvider;
  /** Milliseconds for which a publish waits for its hint. */
  readonly waitFor: number;
}

/** Creates the dependencies of frames on any entry, from the environment variables that the WebSocket lane sets. */
export function sharedSessionFromEnvironment({ client, ...hinting }: SharedSessionOptions): SharedSession {
  const tableOf = (name: string) => new Table(client, name, systemClock);
  const admissionTable = required('ADMISSION_TABLE');
  const requests = parseRateLimit(required('SUBJECT_RATE_LIMIT'));
  const admission =
    admissionTable === 'none' ? unlimited : new AdmissionTable(tableOf(admissionTable), systemClock, requests);
  const log = new DynamoMessageLog({
    table: tableOf(required('MESSAGE_LOG_TABLE')),
    retentionSeconds: requiredNumber('MESSAGE_RETENTION_SECONDS'),
    clock: systemClock,
    newId: randomUUID,
    hinting: hintingFromEnvironment({ ...hinting, failed: logHintFailure(logLine) }),
  });
  return {
    log: new RecentHeads(log, systemClock),
    rateLimits: admission,
    closeRequests: admission,
    clock: systemClock,
    newId: randomUUID,
  };
}

/** Creates the dependencies of a function that answers frames, from the environment variables that the WebSocket lane sets. */
export function sessionFromEnvironment(): Omit<Session, 'connection'> {
  const client = dynamoClient();
  return {
    ...sharedSessionFromEnvironment({ client, waitFor: FUNCTION_WAIT }),
    connections: new SubscriptionTable(
      new Table(client, required('CONNECTION_TABLE'), systemClock),
      systemClock,
      parseRateLimit(required('FRAME_RATE_LIMIT')),
    ),
  };
}
