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
import { LaneFunction, type LaneFunctionOptions } from '../lane-function';
import { type RetentionOptions, retentionOf } from '../retention';
import type { WebSocketLane } from '../websocket-lane/websocket-lane';
import { acknowledgeWildcard } from '../wildcard';
import type { MessageLog } from './message-log';

/** What a user may choose of the way out. */
export interface DeliveryOptions {
  /** The function that turns a new message into work for its subscribers. @default - see {@link LaneFunctionOptions} */
  readonly dispatch?: LaneFunctionOptions;

  /** The function that posts to connections. @default - 30 s, else see {@link LaneFunctionOptions} */
  readonly deliver?: LaneFunctionOptions;
}

export interface DeliveryProps extends DeliveryOptions, RetentionOptions {
  readonly messageLog: MessageLog;
  readonly webSocketLane: WebSocketLane;
}

/** Tries before a record is put aside. */
const ATTEMPTS = 5;

/**
 * The way from the message log to the sockets: stream → dispatch → queue → deliver → `@connections`. A hint that may
 * repeat or come late; the log is the truth.
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
      ...retention,
      entry: 'lambda/dispatch.handler.ts',
      description: 'WebSocket lane: turns a new message in the log into work for its subscribers',
      environment: {
        [Environment.CONNECTION_TABLE]: connections.table.tableName,
        [Environment.DELIVERY_QUEUE_URL]: this.queue.queueUrl,
      },
    });
    connections.grantFindSubscribers(this.dispatch);
    this.queue.grantSendMessages(this.dispatch);
    this.dispatch.invocable.addEventSource(
      new DynamoEventSource(messageLog.table, {
        startingPosition: StartingPosition.TRIM_HORIZON,
        filters: [NEW_MESSAGE],
        reportBatchItemFailures: true,
        bisectBatchOnError: true,
        retryAttempts: ATTEMPTS,
        onFailure: new SqsDlq(this.deadLetterQueues.dispatch),
      }),
    );
    acknowledgeWildcard(
      this.dispatch,
      '*',
      'dynamodb:ListStreams and X-Ray take no resource; reading is limited to the stream of the message log.',
    );

    this.deliver = new LaneFunction(this, 'Deliver', {
      ...props.deliver,
      ...retention,
      timeout: deliverTimeout,
      entry: 'lambda/deliver.handler.ts',
      description: 'WebSocket lane: posts messages to connections',
      environment: {
        [Environment.CONNECTION_TABLE]: connections.table.tableName,
        [Environment.MANAGEMENT_ENDPOINT]: webSocketLane.managementEndpoint,
      },
    });
    connections.grantDisconnect(this.deliver);
    webSocketLane.grantPost(this.deliver);
    this.deliver.invocable.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: 1,
        reportBatchItemFailures: true,
        ...atMost(this.deliver.reservedConcurrency),
      }),
    );
  }
}

/** The stream also carries positions, message ids and expiries; only a message's arrival is work. */
const NEW_MESSAGE = FilterCriteria.filter({
  eventName: FilterRule.isEqual('INSERT'),
  dynamodb: { Keys: { sk: { S: FilterRule.beginsWith('MESSAGE#') } } },
});

/** Lambda takes 2 to 1000. */
const MOST_CONCURRENT_BATCHES = 1000;

/** Has Lambda hand out no more than the function takes: each batch that is refused would use up one of its attempts. */
function atMost(reserved: number | undefined): Pick<SqsEventSourceProps, 'maxConcurrency'> {
  return reserved !== undefined && reserved >= 2 ? { maxConcurrency: Math.min(reserved, MOST_CONCURRENT_BATCHES) } : {};
}

function addQueue(scope: Construct, id: string, props: QueueProps): Queue {
  return new Queue(scope, id, { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, ...props });
}
