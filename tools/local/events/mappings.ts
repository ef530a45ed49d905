import { randomUUID } from 'node:crypto';
import type { Addresses } from '../addresses';
import type { Blueprint, EventSourceBlueprint, FunctionBlueprint } from '../blueprint';
import type { Functions } from '../functions/functions';
import type { Log } from '../log-line';
import { type AwsApi, awsApi } from './aws-api';
import { filterOf, messageFilterOf } from './patterns/filter';
import { sqsQueue } from './queues/queue';
import { queueEventRecord } from './queues/queue-event';
import { QueueMapping } from './queues/queue-mapping';
import { failureMessage } from './streams/failure-message';
import { dynamoStream } from './streams/stream';
import { StreamMapping } from './streams/stream-mapping';
import { wait } from '../wait';

/**
 * Concurrent invocations for a queue's mapping without a maximum concurrency. Lambda starts with five pollers, and adds more
 * than one machine can serve.
 */
const QUEUE_CONCURRENCY = 5;

/** The last completed record, by mapping (logical id), then by shard. */
type Checkpoints = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface MappingsOptions {
  readonly blueprint: Pick<
    Blueprint,
    | 'functions'
    | 'eventSources'
    | 'tables'
    | 'queues'
    | 'userPools'
    | 'webSocketApis'
    | 'loadBalancers'
    | 'distributions'
  >;
  readonly addresses: Addresses;
  readonly functions: Pick<Functions, 'invoke'>;
  /** Positions of an earlier process. */
  readonly checkpoints: Checkpoints;
  readonly log: Log;
  /** Called for each completed record, so that a restarted process can continue. */
  readonly onCheckpoint: (mapping: string, shardId: string, sequenceNumber: string) => void;
}

/** All event source mappings. Each uses its function's role, as Lambda's pollers do. */
export class Mappings {
  readonly #mappings: readonly { stop(): Promise<void> }[];

  /** Throws an error with the name of a mapping whose function or source is not in the blueprint, or whose filter is invalid. */
  constructor(private readonly options: MappingsOptions) {
    this.#mappings = options.blueprint.eventSources.map(this.#prepare).map((start) => start());
  }

  /** Stops reading. Resolves when the current batches are completed. */
  async drain(): Promise<void> {
    await Promise.all(this.#mappings.map((mapping) => mapping.stop()));
  }

  /** @returns a function that starts the mapping: no mapping starts unless all can */
  #prepare = (mapping: EventSourceBlueprint): (() => StreamMapping | QueueMapping) => {
    const { blueprint, addresses } = this.options;
    const fn = blueprint.functions.find(({ arn }) => arn === mapping.functionArn);
    if (!fn) {
      throw new Error(`${mapping.logicalId}: there is no function ${mapping.functionArn}`);
    }
    const api = awsApi(addresses, fn.region, fn.roleArn);
    try {
      return 'stream' in mapping.source
        ? this.#prepareStream(mapping, mapping.source.stream, fn, api)
        : this.#prepareQueue(mapping, mapping.source.queue, fn, api);
    } catch (error) {
      throw new Error(`${mapping.logicalId}: ${(error as Error).message}`, { cause: error });
    }
  };

  #prepareStream(mapping: EventSourceBlueprint, streamArn: string, fn: FunctionBlueprint, api: AwsApi) {
    const { checkpoints, onCheckpoint, blueprint } = this.options;
    if (!blueprint.tables.some((table) => table.streamArn === streamArn)) {
      throw new Error(`no table has the stream ${streamArn}`);
    }
    const passes = filterOf(mapping.filters);
    return () =>
      new StreamMapping({
        ...this.#common(mapping),
        stream: dynamoStream(api, streamArn),
        streamArn,
        passes,
        checkpoints: checkpoints[mapping.logicalId] ?? {},
        done: (sequenceNumber, shardId) => onCheckpoint(mapping.logicalId, shardId, sequenceNumber),
        discard: (batch, shardId) =>
          this.#discard(mapping, api, {
            batch,
            shardId,
            streamArn,
            functionArn: fn.arn,
            requestId: randomUUID(),
            now: Date.now(),
          }),
      });
  }

  #prepareQueue(mapping: EventSourceBlueprint, queueArn: string, fn: FunctionBlueprint, api: AwsApi) {
    const queue = this.options.blueprint.queues.find(({ arn }) => arn === queueArn);
    if (!queue) {
      throw new Error(`there is no queue ${queueArn}`);
    }
    const passes = messageFilterOf(mapping.filters);
    return () =>
      new QueueMapping({
        ...this.#common(mapping),
        queue: sqsQueue(api, this.#queueUrl(queueArn)),
        fifo: queue.fifo,
        concurrency: Math.min(mapping.maximumConcurrency ?? QUEUE_CONCURRENCY, fn.reservedConcurrency ?? Infinity),
        recordOf: (message) => queueEventRecord(message, queue.arn, queue.region),
        passes,
      });
  }

  #common(mapping: EventSourceBlueprint) {
    const onError = this.#reporter(mapping);
    return {
      mapping,
      invoke: (event: object) => this.options.functions.invoke(mapping.functionArn, event),
      onError,
      wait,
      now: Date.now,
    };
  }

  /** Logs an error, but not if it is the same as the last one. */
  #reporter({ logicalId, functionArn }: EventSourceBlueprint): (error: unknown) => void {
    let last: string | undefined;
    return (error) => {
      const { name, message } = error as Error;
      const text = `The event source of ${nameIn(functionArn)}: ${name}: ${message}`;
      if (text !== last) {
        last = text;
        this.options.log({ process: 'events', level: 'error', text, of: logicalId });
      }
    };
  }

  /** Sends records to the on-failure destination, if there is one. If that fails, they are lost, as on AWS, and logged. */
  async #discard(
    { logicalId, functionArn, onFailureQueue }: EventSourceBlueprint,
    api: AwsApi,
    failed: Parameters<typeof failureMessage>[0],
  ): Promise<void> {
    const count = failed.batch.records.length;
    const text = `${nameIn(functionArn)} failed every attempt at ${count} record${count === 1 ? '' : 's'}`;
    const line = { process: 'events', level: 'error', of: logicalId } as const;
    if (!onFailureQueue) {
      this.options.log({ ...line, text: `${text}: discarded, because there is no on-failure destination` });
      return;
    }
    const message = { QueueUrl: this.#queueUrl(onFailureQueue), MessageBody: JSON.stringify(failureMessage(failed)) };
    try {
      await api('sqs', 'SendMessage', message, new AbortController().signal);
      this.options.log({ ...line, text: `${text}: sent to ${nameIn(onFailureQueue)}` });
    } catch (error) {
      this.options.log({
        ...line,
        text: `${text}: lost, sending to ${nameIn(onFailureQueue)} failed: ${(error as Error).message}`,
      });
    }
  }

  #queueUrl(queueArn: string): string {
    const [accountId, name] = queueArn.split(':').slice(-2);
    return `${this.options.addresses.awsEndpoint}/${accountId}/${name}`;
  }
}

/** The name in the ARN of a function or a queue. */
function nameIn(arn: string): string {
  return arn.split(':').at(-1) ?? '';
}
