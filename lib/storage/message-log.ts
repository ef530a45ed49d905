import { Duration, Token, Validations } from 'aws-cdk-lib';
import { type ITable, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IConstruct } from 'constructs';
import { Environment } from '../../lambda/environment';
import { KeyPrefix } from '../../lambda/keys';
import { DurableTable, grantKeys } from './durable-table';
import { SHORTEST_PAUSE_MILLISECONDS } from './pause';
import { type RetentionOptions, retentionOf } from './retention';

export interface MessageLogProps extends RetentionOptions {
  /**
   * Time for which a message can be read, and for which its id is remembered: whole seconds, at least 5 minutes. A client that
   * was away for less receives all messages that it missed.
   *
   * @default Duration.hours(24)
   */
  readonly messageRetention?: Duration;

  /**
   * Pause of a topic after which its next message is pushed at once, with those that are published at the same moment: whole
   * milliseconds, at least 600. Messages without a pause before them are pushed together, from the stream of the table. With a
   * `maxBatchingWindow` of the delivery, it must be at least the window and 600 ms.
   *
   * @default Duration.millis(600)
   */
  readonly hintAfter?: Duration;
}

/** A message log of another stack or app. */
export interface MessageLogAttributes {
  /** ARN of the log's table: `messageLog.table.tableArn`. */
  readonly tableArn: string;

  /**
   * ARN of the table's stream: `messageLog.table.tableStreamArn`.
   *
   * @default - none: the log cannot be used for {@link Delivery}
   */
  readonly tableStreamArn?: string;

  /**
   * The `messageRetention` of the log. All lanes that use the log must have the same value.
   *
   * @default Duration.hours(24)
   */
  readonly messageRetention?: Duration;

  /**
   * ARN of the log's hint queue: `messageLog.hintQueue.queueArn`.
   *
   * @default - none: messages that are published with the imported log are pushed from the stream, some 200 ms later
   */
  readonly hintQueueArn?: string;

  /**
   * The `hintAfter` of the log. All lanes that use the log must have the same value.
   *
   * @default Duration.millis(600)
   */
  readonly hintAfter?: Duration;
}

/** A message log of this stack, or an imported one. */
export interface IMessageLog extends IConstruct {
  /** The table of messages, with the keys `pk` and `sk`. */
  readonly table: ITable;

  /** Time for which a message can be read. */
  readonly messageRetention: Duration;

  /** Queue of hints about new messages; undefined if an imported log has none. */
  readonly hintQueue: IQueue | undefined;

  /** Pause of a topic after which its next message is pushed at once. */
  readonly hintAfter: Duration;

  /** Environment variables of a function or container that uses the log. */
  readonly environment: Record<string, string>;

  /** Grants `grantee` permission to publish: to number and store messages in one transaction, and to send a hint about them. */
  grantAppend(grantee: IGrantable): Grant;

  /** Grants `grantee` permission to read the messages of a topic. */
  grantReadHistory(grantee: IGrantable): Grant;

  /** Grants `grantee` permission to read the last sequence of topics. */
  grantReadPositions(grantee: IGrantable): Grant;

  /** Grants `grantee` permission to read the messages that hints are about, and to mark them as pushed. */
  grantPush(grantee: IGrantable): Grant;

  /** Grants `grantee` permission to read which messages are marked as pushed. */
  grantReadMarks(grantee: IGrantable): Grant;
}

/** Pause of a topic after which its next message is pushed at once, if messages do not wait for a batching window. */
export const SHORTEST_PAUSE = Duration.millis(SHORTEST_PAUSE_MILLISECONDS);

const { TOPIC, ID, PUSHED } = KeyPrefix;

abstract class MessageLogBase extends Construct implements IMessageLog {
  abstract readonly table: ITable;
  abstract readonly hintQueue: IQueue | undefined;
  readonly messageRetention: Duration;
  readonly hintAfter: Duration;

  constructor(
    scope: Construct,
    id: string,
    { messageRetention, hintAfter }: Pick<MessageLogProps, 'messageRetention' | 'hintAfter'>,
  ) {
    super(scope, id);
    this.messageRetention = messageRetention ?? Duration.hours(24);
    this.hintAfter = hintAfter ?? SHORTEST_PAUSE;
    this.node.addValidation({
      validate: () => [...retentionProblems(this.messageRetention), ...hintProblems(this.hintAfter)],
    });
  }

  get environment(): Record<string, string> {
    return {
      [Environment.MESSAGE_LOG_TABLE]: this.table.tableName,
      [Environment.MESSAGE_RETENTION_SECONDS]: `${this.messageRetention.toSeconds()}`,
      [Environment.HINT_QUEUE_URL]: this.hintQueue?.queueUrl ?? 'none',
      [Environment.HINT_AFTER_MILLISECONDS]: `${this.hintAfter.toMilliseconds()}`,
    };
  }

  grantAppend(grantee: IGrantable): Grant {
    const append = grantKeys(this.table, grantee, [TOPIC], 'dynamodb:GetItem').combine(
      grantKeys(this.table, grantee, [TOPIC, ID], 'dynamodb:PutItem'),
    );
    return this.hintQueue ? append.combine(this.hintQueue.grant(grantee, 'sqs:SendMessage')) : append;
  }

  grantReadHistory(grantee: IGrantable): Grant {
    return grantKeys(this.table, grantee, [TOPIC], 'dynamodb:GetItem', 'dynamodb:Query');
  }

  grantReadPositions(grantee: IGrantable): Grant {
    return grantKeys(this.table, grantee, [TOPIC], 'dynamodb:BatchGetItem');
  }

  grantPush(grantee: IGrantable): Grant {
    return grantKeys(this.table, grantee, [TOPIC, PUSHED], 'dynamodb:BatchGetItem').combine(
      grantKeys(this.table, grantee, [PUSHED], 'dynamodb:PutItem'),
    );
  }

  grantReadMarks(grantee: IGrantable): Grant {
    return grantKeys(this.table, grantee, [PUSHED], 'dynamodb:BatchGetItem');
  }
}

/** Seconds for which a hint is kept: the shortest that SQS allows. After 2 seconds the stream is faster. */
const HINT_SECONDS = 60;

/**
 * Published messages of all topics, numbered without gaps. Both lanes use it, and {@link Delivery} pushes messages: after a
 * hint of the publisher, or else from the stream of the table.
 */
export class MessageLog extends MessageLogBase {
  /**
   * Imports a log of another stack or app, so that a lane of this stack can use it.
   *
   * @param scope - the construct that the import belongs to
   * @param id - its id
   * @param attributes - the log's ARNs and retention, of this account and Region
   */
  static fromMessageLogAttributes(scope: Construct, id: string, attributes: MessageLogAttributes): IMessageLog {
    return new ImportedMessageLog(scope, id, attributes);
  }

  readonly table: Table;
  readonly hintQueue: Queue;

  constructor(scope: Construct, id: string, props: MessageLogProps = {}) {
    super(scope, id, props);
    this.table = new DurableTable(this, 'Table', { retention: retentionOf(props), stream: StreamViewType.NEW_IMAGE });
    this.hintQueue = new Queue(this, 'HintQueue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.seconds(HINT_SECONDS),
      // A hint is never received again: it expires first.
      visibilityTimeout: Duration.seconds(HINT_SECONDS),
    });
    Validations.of(this.hintQueue).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SQS3',
      reason: 'A lost hint only delays its messages: they are pushed from the stream of the table.',
    });
  }
}

class ImportedMessageLog extends MessageLogBase {
  readonly table: ITable;
  readonly hintQueue: IQueue | undefined;

  constructor(scope: Construct, id: string, { hintQueueArn, ...attributes }: MessageLogAttributes) {
    super(scope, id, attributes);
    this.table = Table.fromTableAttributes(this, 'Table', attributes);
    const found = hintQueueProblems(hintQueueArn);
    this.node.addValidation({ validate: () => found });
    // The CDK throws for a text that is no ARN. The validation reports it with a fix.
    this.hintQueue =
      hintQueueArn === undefined || found.length > 0 ? undefined : Queue.fromQueueArn(this, 'HintQueue', hintQueueArn);
  }
}

function hintQueueProblems(arn: string | undefined): string[] {
  // The name of a FIFO queue contains a period.
  return arn === undefined || Token.isUnresolved(arn) || /^arn:[\w-]+:sqs:[\w-]+:\d{12}:[\w-]{1,80}$/.test(arn)
    ? []
    : [
        `hintQueueArn must be the ARN of a standard queue, got ${JSON.stringify(arn)}. Fix: use messageLog.hintQueue.queueArn of the stack with the log, or remove it`,
      ];
}

/**
 * Least retention, in seconds. A client repeats a publish for 30 seconds unless configured otherwise (`publishWithin`), and
 * a repeat after the id is forgotten publishes the message again.
 */
const LEAST_RETENTION = 300;

function retentionProblems(messageRetention: Duration): string[] {
  const seconds = messageRetention.toSeconds({ integral: false });
  return Number.isInteger(seconds) && seconds >= LEAST_RETENTION
    ? []
    : [
        `messageRetention must be whole seconds, at least 5 minutes, so that a repeated publish finds its id, got ${seconds} s. Fix: use Duration.hours(24)`,
      ];
}

/** Longest pause: the longest batching window of Lambda, 5 minutes, and the default. */
const LONGEST_PAUSE_MILLISECONDS = 300_000 + SHORTEST_PAUSE.toMilliseconds();

function hintProblems(hintAfter: Duration): string[] {
  const milliseconds = hintAfter.toMilliseconds({ integral: false });
  const least = SHORTEST_PAUSE.toMilliseconds();
  return Number.isInteger(milliseconds) && milliseconds >= least && milliseconds <= LONGEST_PAUSE_MILLISECONDS
    ? []
    : [
        `hintAfter must be whole milliseconds, ${least} to ${LONGEST_PAUSE_MILLISECONDS}, got ${milliseconds} ms. Fix: use Duration.millis(${least})`,
      ];
}
