import { randomUUID } from 'node:crypto';
import { AdmissionTable, TOKEN_AGE_SECONDS } from '../lambda/adapters/admission-table';
import type { CredentialProvider } from '../lambda/aws/credentials';
import { hintingFromEnvironment } from '../lambda/adapters/hint-queue';
import { DynamoMessageLog } from '../lambda/adapters/message-log';
import { unlimited } from '../lambda/adapters/unlimited';
import { systemClock } from '../lambda/system-clock';
import { dynamoClient, Table } from '../lambda/adapters/table';
import { Environment, required, requiredNumber } from '../lambda/environment';
import { logHintFailure, logLine } from '../lambda/logger';
import { parseOrigins } from '../lambda/realtime/admission';
import { parseRateLimit } from '../lambda/realtime/rate-limit';
import { RecentHeads } from '../lambda/realtime/recent-heads';
import { ANYONE } from '../lambda/realtime/principal';
import { type AppOptions, createApp } from './app';
import { issuerKeys } from './issuer-keys';
import { SharedPages } from './shared-pages';
import { bearerTokens, parseTokenRules } from './tokens';

interface DeployedAppOptions {
  /** Directory with the assets of the documentation page. */
  documentation: string;
  credentials: CredentialProvider;
  /** Milliseconds that a publish waits for its hint to be sent, at most: see {@link hintingFromEnvironment}. */
  waitForHint: number;
  metrics: AppOptions['metrics'];
}

/** Creates the service on DynamoDB, configured by its environment variables. */
export function deployedApp({
  documentation,
  credentials,
  waitForHint,
  metrics,
}: DeployedAppOptions): ReturnType<typeof createApp> {
  const client = dynamoClient(credentials);
  const log = new DynamoMessageLog({
    table: new Table(client, required('MESSAGE_LOG_TABLE'), systemClock),
    retentionSeconds: requiredNumber('MESSAGE_RETENTION_SECONDS'),
    clock: systemClock,
    newId: randomUUID,
    hinting: hintingFromEnvironment({ waitFor: waitForHint, credentials, failed: logHintFailure(logLine) }),
  });
  return createApp({
    ...authentication(client),
    log: new SharedPages(new RecentHeads(log, systemClock), systemClock),
    clock: systemClock,
    newId: randomUUID,
    allowedOrigins: parseOrigins(required('ALLOWED_ORIGINS')),
    webSocketUrl: process.env[Environment.WEBSOCKET_URL],
    documentation,
    logger: logLine,
    metrics,
  });
}

function authentication(
  client: ReturnType<typeof dynamoClient>,
): Pick<AppOptions, 'authenticate' | 'rateLimits' | 'ticketIssuer'> {
  const [tableName, tokenRules] = [required('ADMISSION_TABLE'), required('TOKEN_RULES')];
  if (tableName === 'none' && tokenRules === 'none') {
    return { authenticate: async () => ANYONE, rateLimits: unlimited };
  }
  const table = new Table(client, tableName, systemClock);
  const admission = new AdmissionTable(
    table,
    systemClock,
    parseRateLimit(required('SUBJECT_RATE_LIMIT')),
    requiredNumber('CONNECTIONS_PER_SUBJECT'),
  );
  const rules = parseTokenRules(tokenRules);
  const { now } = systemClock;
  return {
    authenticate: bearerTokens(
      rules,
      { now, maxAgeSeconds: TOKEN_AGE_SECONDS },
      issuerKeys(rules, { now, logger: logLine }),
    ),
    rateLimits: admission,
    ticketIssuer: admission,
  };
}
