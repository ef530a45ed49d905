import { Duration, Validations } from 'aws-cdk-lib';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import {
  DynamoEventSource,
  SqsDlq,
  SqsEventSource,
  type SqsEventSourceProps,
} from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Environment } from '../../lambda/environment';
import { KeyPrefix } from '../../lambda/keys';
import { LaneFunction, type LaneFunctionOptions } from '../functions/lane-function';
import { ownSource } from '../functions/own-source';
import { type RetentionOptions, retentionOf } from '../storage/retention';
import type { WebSocketLane } from './websocket-lane';
import { acknowledgeWildcard } from '../compliance/wildcard';
import type { IMessageLog } from '../storage/message-log';

/** Options of the delivery. */
export interface DeliveryOptions {
  /**
   * Time for which messages wait to be delivered together: whole seconds, up to 300. Messages for one connection are
   * delivered in one frame of at most 32 KiB, which is billed as one.
   *
   * @default Duration.seconds(0) - the first message of a burst is delivered immediately, and those that arrive in the meantime together
   */
  readonly maxBatchingWindow?: Duration;

  /** The function that turns new messages into work for shards of subscribers. @default - 30 s, else see {@link LaneFunctionOptions} */
  readonly dispatch?: LaneFunctionOptions;

  /** The function that posts to connections: 15 s or more. @default - 30 s, else see {@link LaneFunctionOptions} */
  readonly deliver?: LaneFunctionOptions;
}

export interface DeliveryProps extends DeliveryOptions, RetentionOptions {
  /** The log to push from; one that is imported needs its stream's ARN. */
  readonly messageLog: IMessageLog;

  /** The lane to push to. */
  readonly webSocketLane: WebSocketLane;
}

/** Tries before a record is put aside. */
const ATTEMPTS = 5;

/** Messages that dispatch takes at once: as many topics as DynamoDB reads in one BatchGetItem. */
const MESSAGES_AT_ONCE = 100;

/** Deliveries that deliver takes at once, if so many are there: as many as one call of SQS gives. */
const DELIVERIES_AT_ONCE = 10;

/** Deliver begins no post in its last 8 s; so long it has at least, in seconds. */
const SHORTEST_DELIVER_TIMEOUT = 15;

/** The longest that Lambda waits for a batch, in seconds. */
const LONGEST_WINDOW = 300;

/**
 * The way from the message log to the sockets: stream → dispatch → queue, an entry for each shard of subscribers →
 * deliver → `@connections`. A hint that may repeat or come late; the log is the truth. docs/delivery.md has what each
 * failure does.
 */
export class Delivery extends Construct {
  readonly dispatch: LaneFunction;
  readonly queue: Queue;
  readonly deliver: LaneFunction;

  /** Pieces of the stream, and of the queue, that failed every attempt. */
  readonly deadLetterQueues: { readonly dispatch: Queue; readonly deliver: Queue };

  constructor(scope: Construct, id: string, props: DeliveryProps) {
    super(scope, id);
    const { messageLog, webSocketLane } = props;
    const connections = webSocketLane.connectionTable;
    const retention = retentionOf(props);
    const deliverTimeout = props.deliver?.timeout ?? Duration.seconds(30);
    const window = windowProblems(props.maxBatchingWindow);
    this.node.addValidation({
      validate: () => [...window, ...deliverProblems(deliverTimeout), ...streamProblems(messageLog)],
    });

    this.deadLetterQueues = {
      dispatch: addQueue(this, 'DispatchDeadLetters', { retentionPeriod: Duration.days(14) }),
      deliver: addQueue(this, 'DeliverDeadLetters', { retentionPeriod: Duration.days(14) }),
    };
    Validations.of(this.deadLetterQueues.dispatch).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SQS3',
      reason: 'This is a dead-letter queue: that of the event source mapping, which the rule does not look at.',
    });
    this.queue = addQueue(this, 'Queue', {
      // Six times the function's timeout, as AWS advises for event sources: a throttled batch is not handed out twice.
      visibilityTimeout: Duration.seconds(deliverTimeout.toSeconds() * 6),
      deadLetterQueue: { queue: this.deadLetterQueues.deliver, maxReceiveCount: ATTEMPTS },
    });

    this.dispatch = new LaneFunction(this, 'Dispatch', {
      ...props.dispatch,
      retention,
      // A topic with a million subscribers is some 20,000 entries: seconds of work with the default memory.
      timeout: props.dispatch?.timeout ?? Duration.seconds(30),
      entry: ownSource('lambda/dispatch.handler.ts'),
      description: 'WebSocket lane: turns new messages in the log into work for their subscribers',
      environment: {
        [Environment.CONNECTION_TABLE]: connections.table.tableName,
        [Environment.DELIVERY_QUEUE_URL]: this.queue.queueUrl,
      },
    });
    connections.grantFindShards(this.dispatch);
    this.queue.grantSendMessages(this.dispatch);
    if (messageLog.table.tableStreamArn) {
      this.dispatch.invocable.addEventSource(
        // No parallelizationFactor: it keeps the order of an item only, and each message is an item of its own
        // (https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html).
        new DynamoEventSource(messageLog.table, {
          startingPosition: StartingPosition.TRIM_HORIZON,
          filters: [NEW_MESSAGE],
          batchSize: MESSAGES_AT_ONCE,
          // The CDK throws at once where the validation says what to do about it.
          ...(window.length === 0 && { maxBatchingWindow: props.maxBatchingWindow }),
          reportBatchItemFailures: true,
          bisectBatchOnError: true,
          retryAttempts: ATTEMPTS,
          onFailure: new SqsDlq(this.deadLetterQueues.dispatch),
        }),
      );
    }
    acknowledgeWildcard(
      this.dispatch,
      '*',
      'dynamodb:ListStreams and X-Ray take no resource; reading is limited to the stream of the message log.',
    );

    this.deliver = new LaneFunction(this, 'Deliver', {
      ...props.deliver,
      retention,
      timeout: deliverTimeout,
      entry: ownSource('lambda/deliver.handler.ts'),
      description: 'WebSocket lane: posts messages to connections',
      environment: {
        [Environment.CONNECTION_TABLE]: connections.table.tableName,
        [Environment.DELIVERY_QUEUE_URL]: this.queue.queueUrl,
        [Environment.MANAGEMENT_ENDPOINT]: webSocketLane.managementEndpoint,
      },
    });
    connections.grantFindSubscribers(this.deliver);
    connections.grantDisconnect(this.deliver);
    // What is left of a shard, and who is busy, goes back.
    this.queue.grantSendMessages(this.deliver);
    webSocketLane.grantPost(this.deliver);
    this.deliver.invocable.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: DELIVERIES_AT_ONCE,
        reportBatchItemFailures: true,
        ...atMost(this.deliver.reservedConcurrency),
      }),
    );
  }
}

/**
 * The stream also carries positions, message ids and expiries; only a message's arrival is work. It modifies an item
 * where the log was restored and a message of before was in its place.
 */
const NEW_MESSAGE = FilterCriteria.filter({
  eventName: FilterRule.or('INSERT', 'MODIFY'),
  dynamodb: { Keys: { sk: { S: FilterRule.beginsWith(KeyPrefix.MESSAGE) } } },
});

/** Lambda takes 2 to 1000. */
const MOST_CONCURRENT_BATCHES = 1000;

/** Has Lambda hand out no more than the function takes: each batch that is refused would use up one of its attempts. */
function atMost(reserved: number | undefined): Pick<SqsEventSourceProps, 'maxConcurrency'> {
  return reserved !== undefined && reserved >= 2 ? { maxConcurrency: Math.min(reserved, MOST_CONCURRENT_BATCHES) } : {};
}

function windowProblems(window: Duration | undefined): string[] {
  const seconds = window?.toSeconds({ integral: false }) ?? 0;
  return Number.isInteger(seconds) && seconds <= LONGEST_WINDOW
    ? []
    : [
        `maxBatchingWindow must be whole seconds, ${LONGEST_WINDOW} or fewer, got ${seconds} s. Fix: use Duration.seconds(1)`,
      ];
}

function deliverProblems(timeout: Duration): string[] {
  const seconds = timeout.toSeconds();
  return seconds >= SHORTEST_DELIVER_TIMEOUT
    ? []
    : [
        `deliver.timeout must be at least ${SHORTEST_DELIVER_TIMEOUT} s, of which 8 s are reserved to requeue the rest, got ${seconds} s. Fix: use Duration.seconds(30)`,
      ];
}

function streamProblems({ table, node }: IMessageLog): string[] {
  return table.tableStreamArn
    ? []
    : [
        `messageLog must have a stream, got ${node.path} without one. Fix: give its tableStreamArn to MessageLog.fromMessageLogAttributes`,
      ];
}

function addQueue(scope: Construct, id: string, props: QueueProps): Queue {
  return new Queue(scope, id, { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, ...props });
}
