import { randomUUID } from 'node:crypto';
import type { CredentialProvider } from '../lambda/adapters/credentials';
import { DynamoMessageLog } from '../lambda/adapters/message-log';
import { systemClock } from '../lambda/adapters/system-clock';
import { dynamoClient, Table } from '../lambda/adapters/table';
import { required, requiredNumber } from '../lambda/environment';
import { logLine } from '../lambda/logger';
import { parseOrigins } from '../lambda/realtime/admission';
import { createApp } from './app';

/** The service as it is deployed: on DynamoDB, configured by its environment. */
export function deployedApp(documentation: string, credentials: CredentialProvider): ReturnType<typeof createApp> {
  const log = new DynamoMessageLog({
    table: new Table(dynamoClient(credentials), required('MESSAGE_LOG_TABLE'), systemClock),
    retentionSeconds: requiredNumber('MESSAGE_RETENTION_SECONDS'),
    clock: systemClock,
    newId: randomUUID,
  });
  return createApp({
    log,
    clock: systemClock,
    newId: randomUUID,
    allowedOrigins: parseOrigins(required('ALLOWED_ORIGINS')),
    documentation,
    logger: logLine,
  });
}
