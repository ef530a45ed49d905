import { Duration } from 'aws-cdk-lib';
import { type ITable, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';
import { DurableTable } from './durable-table';
import { type RetentionOptions, retentionOf } from './retention';

export interface MessageLogProps extends RetentionOptions {
  /**
   * Time for which a message can be read, and for which its id is remembered: whole seconds, at least 5 minutes. A client that
   * was away for less receives all messages that it missed.
   *
   * @default Duration.hours(24)
   */
  readonly messageRetention?: Duration;
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
}

/** A message log of this stack, or an imported one. */
export interface IMessageLog extends IConstruct {
  /** The table of messages, with the keys `pk` and `sk`. */
  readonly table: ITable;

  /** Time for which a message can be read. */
  readonly messageRetention: Duration;

  /** Grants `grantee` permission to publish: to number and store a message in one transaction. */
  grantAppend(grantee: IGrantable): Grant;

  /** Grants `grantee` permission to read the messages of a topic. */
  grantReadHistory(grantee: IGrantable): Grant;

  /** Grants `grantee` permission to read the last sequence of topics. */
  grantReadPositions(grantee: IGrantable): Grant;
}

abstract class MessageLogBase extends Construct implements IMessageLog {
  abstract readonly table: ITable;
  readonly messageRetention: Duration;

  constructor(scope: Construct, id: string, messageRetention = Duration.hours(24)) {
    super(scope, id);
    this.messageRetention = messageRetention;
    this.node.addValidation({ validate: () => problems(messageRetention) });
  }

  grantAppend(grantee: IGrantable): Grant {
    return this.table.grant(grantee, 'dynamodb:GetItem', 'dynamodb:PutItem');
  }

  grantReadHistory(grantee: IGrantable): Grant {
    return this.table.grant(grantee, 'dynamodb:GetItem', 'dynamodb:Query');
  }

  grantReadPositions(grantee: IGrantable): Grant {
    return this.table.grant(grantee, 'dynamodb:BatchGetItem');
  }
}

/**
 * Published messages of all topics, numbered without gaps. Both lanes use it, and {@link Delivery} pushes messages from the
 * stream of its table.
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

  constructor(scope: Construct, id: string, props: MessageLogProps = {}) {
    super(scope, id, props.messageRetention);
    this.table = new DurableTable(this, 'Table', { retention: retentionOf(props), stream: StreamViewType.NEW_IMAGE });
  }
}

class ImportedMessageLog extends MessageLogBase {
  readonly table: ITable;

  constructor(scope: Construct, id: string, { messageRetention, ...attributes }: MessageLogAttributes) {
    super(scope, id, messageRetention);
    this.table = Table.fromTableAttributes(this, 'Table', attributes);
  }
}

/**
 * Least retention, in seconds. A client repeats a publish for 30 seconds unless configured otherwise (`publishWithin`), and
 * a repeat after the id is forgotten publishes the message again.
 */
const LEAST_RETENTION = 300;

function problems(messageRetention: Duration): string[] {
  const seconds = messageRetention.toSeconds({ integral: false });
  return Number.isInteger(seconds) && seconds >= LEAST_RETENTION
    ? []
    : [
        `messageRetention must be whole seconds, at least 5 minutes, so that a repeated publish finds its id, got ${seconds} s. Fix: use Duration.hours(24)`,
      ];
}
