import { Duration, Size, Validations } from 'aws-cdk-lib';
import { type Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterCriteria, FilterRule, RecursiveLoop, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import {
  DynamoEventSource,
  SqsDlq,
  SqsEventSource,
  type SqsEventSourceProps,
} from 'aws-cdk-lib/aws-lambda-event-sources';
import { type IQueue, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Environment } from '../../lambda/environment';
import { KeyPrefix } from '../../lambda/keys';
import { LONGEST_BATCHING_WINDOW_SECONDS } from '../aws-limits';
import { LaneFunction, type LaneFunctionOptions, type LaneFunctionProps } from '../functions/lane-function';
import { ownSource } from '../functions/own-source';
import { laneMetric } from '../metrics/lane-metric';
import { type RetentionOptions, retentionOf } from '../storage/retention';
import type { WebSocketLane } from './websocket-lane';
import { acknowledgeWildcard } from '../compliance/wildcard';
import {
  DELIVER_MEMORY_MIB,
  DELIVERIES_AT_ONCE,
  HINTS_AT_ONCE,
  MESSAGES_AT_ONCE,
  MOST_PUSHES,
  PUSH_MEMORY_MIB,
} from './delivery-sizes';
import { type IMessageLog, SHORTEST_PAUSE } from '../storage/message-log';

/** Options of the delivery. */
export interface DeliveryOptions {
  /**
   * Time for which messages wait to be delivered together: whole seconds, up to 300. Messages for one connection are
   * delivered in one frame of at most 32 KiB, which is billed as one.
   *
   * @default Duration.seconds(0) - the first message of a burst is delivered immediately, and those that arrive meanwhile are delivered together
   */
  readonly maxBatchingWindow?: Duration;

  /**
   * The function that pushes messages after a hint. It needs 5 to 60 s.
   *
   * @default - 1,769 MiB, which is one vCPU; else see {@link LaneFunctionOptions}
   */
  readonly push?: LaneFunctionOptions;

  /** The function that turns new messages into work for shards of subscribers. @default - 30 s, else see {@link LaneFunctionOptions} */
  readonly dispatch?: LaneFunctionOptions;

  /** The function that posts to connections: 15 s or more. @default - 30 s and 1,024 MiB, else see {@link LaneFunctionOptions} */
  readonly deliver?: LaneFunctionOptions;
}

export interface DeliveryProps extends DeliveryOptions, RetentionOptions {
  /** Message log with the messages to deliver. An imported log needs the ARN of its stream. */
  readonly messageLog: IMessageLog;

  /** Lane with the connections to deliver to. */
  readonly webSocketLane: WebSocketLane;
}

/** Retries of a stream record after the first attempt, before Lambda describes it in the dead-letter queue. */
const STREAM_RETRIES = 5;

/**
 * Receptions of a queue entry before SQS moves it to the dead-letter queue. Deliver counts its own attempts in the entry, so
 * only invocations that are throttled or crash, and outages of the tables, reach this number. Each takes the visibility
 * timeout of 180 s, so 20 take an hour. The reconnection of a million clients, at the 500 connections a second that API
 * Gateway accepts, takes 33 minutes.
 */
const RECEPTIONS = 20;

/** Timeouts of push, in seconds. A hint is visible again after 60 s, and Lambda requires that it outlasts the timeout. */
const [SHORTEST_PUSH_TIMEOUT, LONGEST_PUSH_TIMEOUT] = [5, 60];

/** Minimum timeout of deliver, in seconds. It starts no posts in its last 8 s. */
const SHORTEST_DELIVER_TIMEOUT = 15;

/**
 * Delivery from the message log to connections. After a pause of its topic, a message takes the short way: hint queue → push →
 * `@connections`. All messages that were not pushed in this way take the long one: stream → dispatch → queue, with an entry for each shard
 * of subscribers, or for a large topic → deliver → `@connections`. A push can be late, repeated or lost; clients read the message log
 * then. docs/delivery.md describes the effect of each failure.
 */
export class Delivery extends Construct {
  /** Pushes messages after a hint; undefined if the message log has no hint queue. */
  readonly push: LaneFunction | undefined;
  readonly dispatch: LaneFunction;
  readonly queue: Queue;
  readonly deliver: LaneFunction;

  /** Dead-letter queues for stream records and queue entries that cannot succeed, or that failed all attempts. */
  readonly deadLetterQueues: { readonly dispatch: Queue; readonly deliver: Queue };

  /** Time for which messages of the stream wait to be delivered together. */
  readonly maxBatchingWindow: Duration;

  /** Value of the dimension `Lane` of the metrics of the functions: that of the WebSocket lane. */
  private readonly metricLane: string;

  constructor(scope: Construct, id: string, props: DeliveryProps) {
    super(scope, id);
    const { messageLog, webSocketLane } = props;
    this.metricLane = webSocketLane.metricLane;
    const connections = webSocketLane.connectionTable;
    const retention = retentionOf(props);
    const deliverTimeout = props.deliver?.timeout ?? Duration.seconds(30);
    const window = windowProblems(props.maxBatchingWindow);
    // An invalid window is reported as such.
    this.maxBatchingWindow = (window.length === 0 && props.maxBatchingWindow) || Duration.seconds(0);
    this.node.addValidation({
      validate: () => [
        ...window,
        ...pauseProblems(messageLog, props),
        ...pushProblems(props.push),
        ...deliverProblems(deliverTimeout),
        ...streamProblems(messageLog),
      ],
    });

    this.deadLetterQueues = {
      dispatch: addQueue(this, 'DispatchDeadLetters', { retentionPeriod: Duration.days(14) }),
      deliver: addQueue(this, 'DeliverDeadLetters', { retentionPeriod: Duration.days(14) }),
    };
    Validations.of(this.deadLetterQueues.dispatch).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SQS3',
      reason: 'This is the dead-letter queue of an event source mapping, which the rule does not recognize.',
    });
    this.queue = addQueue(this, 'Queue', {
      // Six times the function's timeout, as AWS recommends for event sources, so that a throttled batch is not received twice.
      visibilityTimeout: Duration.seconds(deliverTimeout.toSeconds() * 6),
      deadLetterQueue: { queue: this.deadLetterQueues.deliver, maxReceiveCount: RECEPTIONS },
    });

    this.dispatch = new LaneFunction(this, 'Dispatch', {
      ...props.dispatch,
      retention,
      // A batch of 100 topics needs at most 2,000 entries, which take a second with the default memory.
      timeout: props.dispatch?.timeout ?? Duration.seconds(30),
      entry: ownSource('lambda/dispatch.handler.ts'),
      description: 'WebSocket lane: turns new messages in the log into work for their subscribers',
      environment: {
        [Environment.MESSAGE_LOG_TABLE]: messageLog.table.tableName,
        [Environment.CONNECTION_TABLE]: connections.table.tableName,
        [Environment.DELIVERY_QUEUE_URL]: this.queue.queueUrl,
        [Environment.DEAD_LETTER_QUEUE_URL]: this.deadLetterQueues.dispatch.queueUrl,
        [Environment.METRIC_LANE]: this.metricLane,
      },
    });
    messageLog.grantReadMarks(this.dispatch);
    connections.grantFindShards(this.dispatch);
    this.queue.grantSendMessages(this.dispatch);
    this.deadLetterQueues.dispatch.grantSendMessages(this.dispatch);
    if (messageLog.table.tableStreamArn) {
      this.dispatch.addEventSource(
        // No parallelizationFactor: it keeps only the order of each item, and each message is a separate item
        // (https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html).
        new DynamoEventSource(messageLog.table, {
          startingPosition: StartingPosition.TRIM_HORIZON,
          filters: [NEW_MESSAGE],
          batchSize: MESSAGES_AT_ONCE,
          // The CDK throws for an invalid window. The validation reports it with a fix.
          ...(window.length === 0 && { maxBatchingWindow: props.maxBatchingWindow }),
          reportBatchItemFailures: true,
          bisectBatchOnError: true,
          retryAttempts: STREAM_RETRIES,
          onFailure: new SqsDlq(this.deadLetterQueues.dispatch),
        }),
      );
    }
    acknowledgeWildcard(
      this.dispatch,
      '*',
      `${this.dispatch.tracing ? 'dynamodb:ListStreams and X-Ray support' : 'dynamodb:ListStreams supports'} only *. Reading is limited to the stream of the message log.`,
    );

    this.deliver = new LaneFunction(this, 'Deliver', {
      ...props.deliver,
      retention,
      timeout: deliverTimeout,
      memorySize: props.deliver?.memorySize ?? Size.mebibytes(DELIVER_MEMORY_MIB),
      entry: ownSource(`${webSocketLane.entry.postingHandlers}/deliver.handler.ts`),
      description: 'WebSocket lane: posts messages to connections',
      recursiveLoop: RecursiveLoop.ALLOW,
      ...postingFrom(webSocketLane),
      environment: {
        [Environment.CONNECTION_TABLE]: connections.table.tableName,
        [Environment.DELIVERY_QUEUE_URL]: this.queue.queueUrl,
        [Environment.DEAD_LETTER_QUEUE_URL]: this.deadLetterQueues.deliver.queueUrl,
        [Environment.METRIC_LANE]: this.metricLane,
        ...webSocketLane.entry.postingEnvironment,
      },
    });
    this.grantPosting(this.deliver, webSocketLane);
    this.deadLetterQueues.deliver.grantSendMessages(this.deliver);
    this.deliver.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: DELIVERIES_AT_ONCE,
        reportBatchItemFailures: true,
        ...atMost(this.deliver.reservedConcurrency),
      }),
    );

    const { hintQueue } = messageLog;
    this.push = hintQueue && this.addPush(hintQueue, props);
  }

  /**
   * Milliseconds from the time that a message has in the log to the end of its posts, one value for each message of a delivery. The clocks
   * of two hosts are involved, so differences of some 50 ms mean nothing.
   *
   * @default - 90th percentile over 1 minute
   */
  metricPushLatency(options?: MetricOptions): Metric {
    return laneMetric(this.metricLane, 'PushLatency', { statistic: Stats.p(90), ...options });
  }

  /** Number of frames that were posted to connections or tasks. @default - sum over 1 minute */
  metricPosts(options?: MetricOptions): Metric {
    return laneMetric(this.metricLane, 'Posts', options);
  }

  /** Number of connections for which a function requeued the rest of the frames. @default - sum over 1 minute */
  metricLeft(options?: MetricOptions): Metric {
    return laneMetric(this.metricLane, 'Left', options);
  }

  /** Number of connections that a post found closed. @default - sum over 1 minute */
  metricGone(options?: MetricOptions): Metric {
    return laneMetric(this.metricLane, 'Gone', options);
  }

  /** Number of deliveries that dispatch enqueued. @default - sum over 1 minute */
  metricFanOut(options?: MetricOptions): Metric {
    return laneMetric(this.metricLane, 'FanOut', options);
  }

  private addPush(hintQueue: IQueue, { messageLog, webSocketLane, ...props }: DeliveryProps): LaneFunction {
    const push = new LaneFunction(this, 'Push', {
      ...props.push,
      retention: retentionOf(props),
      memorySize: props.push?.memorySize ?? Size.mebibytes(PUSH_MEMORY_MIB),
      entry: ownSource(`${webSocketLane.entry.postingHandlers}/push.handler.ts`),
      description: 'WebSocket lane: pushes messages after a hint',
      ...postingFrom(webSocketLane),
      environment: {
        [Environment.MESSAGE_LOG_TABLE]: messageLog.table.tableName,
        [Environment.CONNECTION_TABLE]: webSocketLane.connectionTable.table.tableName,
        [Environment.DELIVERY_QUEUE_URL]: this.queue.queueUrl,
        [Environment.METRIC_LANE]: this.metricLane,
        ...webSocketLane.entry.postingEnvironment,
      },
    });
    messageLog.grantPush(push);
    this.grantPosting(push, webSocketLane);
    push.addEventSource(
      new SqsEventSource(hintQueue, {
        batchSize: HINTS_AT_ONCE,
        maxConcurrency: Math.max(
          FEWEST_CONCURRENT_BATCHES,
          Math.min(push.reservedConcurrency ?? MOST_PUSHES, MOST_PUSHES),
        ),
      }),
    );
    return push;
  }

  /** Grants a function what it needs to post to the subscribers of a shard, and to enqueue what is left. */
  private grantPosting(poster: LaneFunction, webSocketLane: WebSocketLane): void {
    const connections = webSocketLane.connectionTable;
    connections.grantFindShards(poster);
    connections.grantFindSubscribers(poster);
    webSocketLane.entry.grantRemove(poster);
    // For the shards of a large topic, the rest of a shard, and busy connections.
    this.queue.grantSendMessages(poster);
    webSocketLane.entry.grantPost(poster);
    poster.node.addDependency(webSocketLane.entry.managementResources);
  }
}

/**
 * @returns the pause of a topic after which its next message is pushed at once: longer than the batching window, so that
 * messages that wait for others do so
 */
export function pauseFor({ maxBatchingWindow }: DeliveryOptions = {}): Duration {
  // An invalid window is reported as such, and not as a pause that is too long.
  const window = windowProblems(maxBatchingWindow).length > 0 ? undefined : maxBatchingWindow;
  return Duration.millis(SHORTEST_PAUSE.toMilliseconds() + (window?.toMilliseconds() ?? 0));
}

/** @returns the network from which a function can post to connections; none if it needs none */
function postingFrom({ entry: { functionNetwork } }: WebSocketLane): Pick<LaneFunctionProps, 'network'> {
  return functionNetwork ? { network: functionNetwork } : {};
}

/** Filter for new messages: the stream also contains positions, message ids, marks and expiries. */
const NEW_MESSAGE = FilterCriteria.filter({
  eventName: FilterRule.isEqual('INSERT'),
  dynamodb: { Keys: { sk: { S: FilterRule.beginsWith(KeyPrefix.MESSAGE) } } },
});

/** Maximum concurrency of an event source: Lambda accepts 2 to 1000. */
const [FEWEST_CONCURRENT_BATCHES, MOST_CONCURRENT_BATCHES] = [2, 1000];

/** Limits the event source to the function's reserved concurrency: a throttled batch would use up one of its attempts. */
function atMost(reserved: number | undefined): Pick<SqsEventSourceProps, 'maxConcurrency'> {
  return reserved !== undefined && reserved >= FEWEST_CONCURRENT_BATCHES
    ? { maxConcurrency: Math.min(reserved, MOST_CONCURRENT_BATCHES) }
    : {};
}

function windowProblems(window: Duration | undefined): string[] {
  const seconds = window?.toSeconds({ integral: false }) ?? 0;
  return Number.isInteger(seconds) && seconds <= LONGEST_BATCHING_WINDOW_SECONDS
    ? []
    : [
        `maxBatchingWindow must be whole seconds, ${LONGEST_BATCHING_WINDOW_SECONDS} or fewer, got ${seconds} s. Fix: use Duration.seconds(1)`,
      ];
}

function pauseProblems(messageLog: IMessageLog, options: DeliveryOptions): string[] {
  const pause = messageLog.hintAfter.toMilliseconds({ integral: false });
  const least = pauseFor(options).toMilliseconds();
  return messageLog.hintQueue === undefined || pause >= least
    ? []
    : [
        `messageLog.hintAfter must be at least ${least} ms, longer than maxBatchingWindow, or messages would not wait for others, got ${pause} ms. Fix: use Duration.millis(${least})`,
      ];
}

function pushProblems({ timeout }: LaneFunctionOptions = {}): string[] {
  const seconds = timeout?.toSeconds({ integral: false }) ?? SHORTEST_PUSH_TIMEOUT;
  return seconds >= SHORTEST_PUSH_TIMEOUT && seconds <= LONGEST_PUSH_TIMEOUT
    ? []
    : [
        `push.timeout must be ${SHORTEST_PUSH_TIMEOUT} to ${LONGEST_PUSH_TIMEOUT} s, the visibility timeout of the hint queue, got ${seconds} s. Fix: use Duration.seconds(10)`,
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
