import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { QueueBlueprint, TableBlueprint } from '../blueprint';
import type { Latencies } from '../latency/latencies';
import { Database } from './dynamodb/database';
import { DynamoDBService } from './dynamodb/dynamodb-service';
import type { Units } from './dynamodb/throughput';
import { TimeToLive } from './dynamodb/time-to-live';
import type { QueueContents, TableContents } from './contents';
import type { Service } from './service';
import { MessageStore } from './sqs/message-store';
import { SqsService } from './sqs/sqs-service';
import { StreamLog } from './streams/stream-log';
import { StreamsService } from './streams/streams-service';
import type { StreamTiming } from './streams/timing';

export interface EnvironmentOptions {
  readonly region: string;
  readonly accountId: string;
  /** Tables of this account and Region. */
  readonly tables: readonly TableBlueprint[];
  /** Queues of this account and Region. */
  readonly queues: readonly QueueBlueprint[];
  /** Data folder of the run. @default - everything is in memory */
  readonly data?: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly timing: StreamTiming;
  readonly latencies: Latencies;
  readonly transactionDuration?: () => Promise<unknown>;
  readonly partitionLimits?: Units;
}

/** The services with tables and queues in one account and Region. */
export interface Environment {
  readonly dynamoDB: Service;
  readonly streams: Service;
  readonly sqs: SqsService;
  /** @returns the first items of one of its tables, or messages of one of its queues */
  contents(arn: string, limit: number): Promise<TableContents | QueueContents>;
  /** Deletes expired items and old records of streams. */
  sweep(): Promise<unknown>;
  close(): Promise<void>;
}

/** Opens the tables and queues of one account and Region, in a database of their own. */
export async function openEnvironment(options: EnvironmentOptions): Promise<Environment> {
  const { region, accountId, tables, queues, data, now, timing, latencies } = options;
  const { transactionDuration, partitionLimits } = options;
  const database = await Database.open({
    directory: data === undefined ? undefined : folderIn(data, accountId, region),
    ...{ region, accountId, tables },
    ...(transactionDuration && { transactionDuration }),
  });
  try {
    const timeToLive = new TimeToLive(database, tables, now);
    await timeToLive.open();
    const log = await StreamLog.open({ database, tables, region, now, timing });
    const store = new MessageStore(database.store.db);
    const latencyMs = () => Math.round(latencies.next('queue'));
    const queueService = await SqsService.open({ queues, store, region, accountId, now, latencyMs });
    return {
      dynamoDB: new DynamoDBService({
        ...{ tables, database, timeToLive, region, accountId, now },
        ...(partitionLimits && { partitionLimits }),
      }),
      streams: new StreamsService({ tables, database, log, now }),
      sqs: queueService,
      contents: async (arn, limit) => {
        const table = tables.find((one) => one.arn === arn);
        return table ? database.contents(table.name, limit) : queueService.contents(arn, limit);
      },
      sweep: () => Promise.all([timeToLive.sweep(), log.trim()]),
      close: () => database.close(),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Creates the folder of an account and Region. Throws for the data of an earlier version, which kept one Region in the folder itself. */
function folderIn(data: string, accountId: string, region: string): string {
  if (existsSync(join(data, 'CURRENT'))) {
    throw new Error(`The data in ${data} is of an earlier version. Fix: use another folder, or delete this one.`);
  }
  const folder = join(data, accountId, region);
  mkdirSync(folder, { recursive: true });
  return folder;
}
