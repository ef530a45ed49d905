import type { JsonWebKey } from 'node:crypto';
import type { Blueprint } from '../blueprint';
import type { Authorizer } from '../identity/authorize';
import { delayed } from '../latency/delayed-service';
import { type Latencies, NO_LATENCIES } from '../latency/latencies';
import type { Log } from '../log-line';
import { Access } from './access';
import { SigningKey } from './cognito/signing-key';
import { TokenIssuer } from './cognito/token-issuer';
import { Database } from './dynamodb/database';
import { DynamoDBService } from './dynamodb/dynamodb-service';
import type { Units } from './dynamodb/throughput';
import { TimeToLive } from './dynamodb/time-to-live';
import { Endpoint } from './endpoint';
import type { Service } from './service';
import { MessageStore } from './sqs/message-store';
import { SqsService } from './sqs/sqs-service';
import { StreamLog } from './streams/stream-log';
import { StreamsService } from './streams/streams-service';
import { type StreamTiming, TYPICAL_TIMING } from './streams/timing';
import { Sweeper } from './sweeper';

export interface AwsOptions {
  readonly blueprint: Pick<Blueprint, 'region' | 'accountId' | 'tables' | 'queues' | 'userPools'>;
  /** 0: any free port. */
  readonly port: number;
  /** Folder that keeps items, streams and messages. @default - they are in memory */
  readonly data?: string;
  /** Signing key of the user pools; required if the blueprint has any. */
  readonly signingKey?: JsonWebKey;
  readonly authorizer: Pick<Authorizer, 'authorize'>;
  readonly log: Log;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** Times of streams. A stream of a kept folder keeps the lifetime of its shards. @default - typical times of AWS */
  readonly streams?: Partial<StreamTiming>;
  /** Latencies of DynamoDB's and SQS's operations, and of messages in queues. @default - none */
  readonly latencies?: Latencies;
  /** Milliseconds between deletions of expired items and records. @default 1000 */
  readonly sweepMs?: number;
  /** Resolves after the duration of a DynamoDB transaction. @default - up to 12 ms, at random */
  readonly transactionDuration?: () => Promise<unknown>;
  /** Units per second of each partition key of DynamoDB. @default - `{ read: 3000, write: 1000 }` */
  readonly partitionLimits?: Units;
  /**
   * Called for each DynamoDB operation, to inject faults: `answer` performs the operation. A {@link Failure} that it throws
   * becomes the response.
   *
   * @default - DynamoDB answers
   */
  readonly intercept?: (operation: string, answer: () => Promise<object>) => Promise<object>;
}

export interface Aws {
  /** `http://127.0.0.1:4567`, for DynamoDB, DynamoDB Streams, SQS, and the issuers of tokens. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Runs DynamoDB, DynamoDB Streams and SQS with the tables and queues of the blueprint, and the token issuers of its user pools. */
export async function startAws(options: AwsOptions): Promise<Aws> {
  const { blueprint, port, data, signingKey, authorizer, log, now = Date.now, sweepMs = 1000 } = options;
  const { transactionDuration, partitionLimits, latencies = NO_LATENCIES } = options;
  const { region, accountId, tables, queues } = blueprint;
  const database = await Database.open({
    directory: data,
    region,
    accountId,
    tables,
    ...(transactionDuration && { transactionDuration }),
  });
  const timeToLive = new TimeToLive(database, tables, now);
  const access = new Access(authorizer, log);
  try {
    await timeToLive.open();
    const dynamoDB = new DynamoDBService({
      ...{ tables, database, timeToLive, region, accountId, now },
      ...(partitionLimits && { partitionLimits }),
    });
    const timing = { ...TYPICAL_TIMING, ...options.streams };
    const streams = await StreamLog.open({ database, tables, region, now, timing });
    const services = {
      DynamoDB_20120810: delayed(options.intercept ? intercepted(dynamoDB, options.intercept) : dynamoDB, latencies),
      DynamoDBStreams_20120810: new StreamsService({ tables, database, log: streams, now }),
      AmazonSQS: delayed(
        await SqsService.open({
          queues,
          store: new MessageStore(database.store.db),
          region,
          accountId,
          now,
          latencyMs: () => Math.round(latencies.next('queue')),
        }),
        latencies,
      ),
    };
    const key = signingKey && new SigningKey(signingKey);
    const pages = key ? blueprint.userPools.map((pool) => new TokenIssuer(pool, key, now)) : [];
    const endpoint = await Endpoint.open({ port, services, pages, access, log });
    const sweeper = new Sweeper(sweepMs, log, () => Promise.all([timeToLive.sweep(), streams.trim()]));
    return {
      endpoint: endpoint.url,
      async close() {
        await sweeper.close();
        await endpoint.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function intercepted(service: Service, intercept: NonNullable<AwsOptions['intercept']>): Service {
  return {
    answer: (operation, input, call) => intercept(operation, () => service.answer(operation, input, call)),
    denied: (message) => service.denied(message),
  };
}
