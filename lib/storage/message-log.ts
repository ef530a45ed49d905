import { Duration } from 'aws-cdk-lib';
import { StreamViewType, type Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { DurableTable } from './durable-table';
import type { RetentionOptions } from './retention';

export interface MessageLogProps extends RetentionOptions {
  /**
   * How long a message can be read back, 1 s or more: the window in which a client that was away still gets everything it missed.
   *
   * @default Duration.hours(24)
   */
  readonly messageRetention?: Duration;
}

/**
 * The truth about what was published: every topic's messages, numbered without gaps. Where the lanes meet, beside the
 * admission table; its stream is the outbox that {@link Delivery} pushes from.
 */
export class MessageLog extends Construct {
  readonly table: Table;
  readonly messageRetention: Duration;

  constructor(scope: Construct, id: string, props: MessageLogProps = {}) {
    super(scope, id);
    this.messageRetention = props.messageRetention ?? Duration.hours(24);
    this.node.addValidation({ validate: () => problems(this.messageRetention) });
    this.table = new DurableTable(this, 'Table', { ...props, stream: StreamViewType.NEW_IMAGE });
  }

  /** Lets `grantee` publish: number a message and store it, in one transaction. */
  grantAppend(grantee: IGrantable): Grant {
    return this.table.grant(grantee, 'dynamodb:GetItem', 'dynamodb:PutItem');
  }

  /** Lets `grantee` read the messages of a topic. */
  grantReadHistory(grantee: IGrantable): Grant {
    return this.table.grant(grantee, 'dynamodb:GetItem', 'dynamodb:Query');
  }

  /** Lets `grantee` read how far topics have come. */
  grantReadPositions(grantee: IGrantable): Grant {
    return this.table.grant(grantee, 'dynamodb:BatchGetItem');
  }
}

function problems(messageRetention: Duration): string[] {
  const seconds = messageRetention.toSeconds({ integral: false });
  return Number.isInteger(seconds) && seconds >= 1
    ? []
    : [`messageRetention must be whole seconds, 1 or more, got ${seconds} s: use Duration.hours(24)`];
}
