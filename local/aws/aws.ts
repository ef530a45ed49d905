import { join } from 'node:path';
import type { Blueprint } from '../blueprint';
import type { Authorizer } from '../identity/authorize';
import type { Log } from '../log-line';
import { Access } from './access';
import { Database } from './dynamodb/database';
import { DynamoDBService } from './dynamodb/dynamodb-service';
import { TimeToLive } from './dynamodb/time-to-live';
import { Endpoint } from './endpoint';
import { SqsService } from './sqs/sqs-service';
import { StreamLog } from './streams/stream-log';
import { StreamsService } from './streams/streams-service';
import { Sweeper } from './sweeper';

export interface AwsOptions {
  readonly blueprint: Pick<Blueprint, 'region' | 'accountId' | 'tables' | 'queues'>;
  /** 0: any free one. */
  readonly port: number;
  /** Folder that keeps items and streams; in memory without one. */
  readonly data?: string;
  readonly authorizer: Pick<Authorizer, 'authorize'>;
  readonly log: Log;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** How often expired items and records are deleted. @default 1000 */
  readonly sweepMs?: number;
}

export interface Aws {
  /** `http://127.0.0.1:4567`, for DynamoDB, DynamoDB Streams and SQS. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** Runs DynamoDB, DynamoDB Streams and SQS with the tables and queues of the blueprint. */
export async function startAws(options: AwsOptions): Promise<Aws> {
  const { blueprint, port, data, authorizer, log, now = Date.now, sweepMs = 1000 } = options;
  const { region, accountId, tables, queues } = blueprint;
  const database = await Database.open({ directory: data && join(data, 'dynamodb'), region, accountId, tables });
  const timeToLive = new TimeToLive(database, tables, now);
  await timeToLive.open();
  const streams = new StreamLog(database, tables, region, now);

  const endpoint = await Endpoint.open({
    port,
    services: {
      DynamoDB_20120810: new DynamoDBService({ tables, database, timeToLive, region, accountId, now }),
      DynamoDBStreams_20120810: new StreamsService({ tables, database, log: streams, now }),
      AmazonSQS: new SqsService({ queues, region, accountId, now }),
    },
    access: new Access(authorizer, log),
    log,
  });
  const sweeper = new Sweeper(sweepMs, log, () => Promise.all([timeToLive.sweep(), streams.trim()]));
  return {
    endpoint: endpoint.url,
    async close() {
      await sweeper.close();
      await endpoint.close();
      await database.close();
    },
  };
}
