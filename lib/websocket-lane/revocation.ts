import { Duration, Validations } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Environment } from '../../lambda/environment';
import { SortKey } from '../../lambda/keys';
import { NETWORK_INTERFACES } from '../functions/function-network';
import { LaneFunction, type LaneFunctionOptions } from '../functions/lane-function';
import { ownSource } from '../functions/own-source';
import { type RetentionOptions, retentionOf } from '../storage/retention';
import type { WebSocketLane } from './websocket-lane';
import { acknowledgeWildcard } from '../compliance/wildcard';

export interface RevocationProps extends RetentionOptions {
  /** The admission table, with its stream: `admission.table`. */
  readonly table: ITable;
  readonly webSocketLane: WebSocketLane;

  /** The function that closes connections: 20 s or more. @default - 25 s, else see {@link LaneFunctionOptions} */
  readonly revoke?: LaneFunctionOptions;
}

/** Minimum timeout of revoke, in seconds. It begins nothing in its last 15 s. */
const SHORTEST_TIMEOUT = 20;

/** Retries of a revocation before it goes to the dead-letter queue. */
const ATTEMPTS = 10;

/**
 * Closes the connections of subjects that logged out, whose authorization expired, or that opened too many: stream of the
 * admission table → revoke → `@connections`. No other function can close a connection.
 */
export class Revocation extends Construct {
  readonly revoke: LaneFunction;

  /** Dead-letter queue for stream records that cannot succeed, or that failed all attempts. */
  readonly deadLetterQueue: Queue;

  constructor(scope: Construct, id: string, props: RevocationProps) {
    super(scope, id);
    const { table, webSocketLane } = props;
    const { connectionTable, entry } = webSocketLane;
    const timeout = props.revoke?.timeout ?? Duration.seconds(25);
    this.deadLetterQueue = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.deadLetterQueue).acknowledge({
      id: 'AwsSolutions::AwsSolutions-SQS3',
      reason: 'This is the dead-letter queue of an event source mapping, which the rule does not recognize.',
    });
    this.revoke = new LaneFunction(this, 'Revoke', {
      ...props.revoke,
      retention: retentionOf(props),
      timeout,
      entry: ownSource(`${entry.postingHandlers}/revoke.handler.ts`),
      description: 'WebSocket lane: closes connections after a logout or when the authorization expires',
      ...(entry.functionNetwork && { network: entry.functionNetwork }),
      environment: {
        ...webSocketLane.connectionEnvironment,
        ...entry.postingEnvironment,
        [Environment.DEAD_LETTER_QUEUE_URL]: this.deadLetterQueue.queueUrl,
      },
    });
    connectionTable.grantFindConnections(this.revoke);
    entry.grantRemove(this.revoke);
    entry.grantDisconnect(this.revoke);
    // For the reason of a close.
    entry.grantPost(this.revoke);
    this.deadLetterQueue.grantSendMessages(this.revoke);
    this.revoke.node.addDependency(entry.managementResources);
    this.node.addValidation({ validate: () => [...timeoutProblems(timeout), ...streamProblems(table)] });
    if (table.tableStreamArn) {
      this.revoke.addEventSource(
        new DynamoEventSource(table, {
          startingPosition: StartingPosition.TRIM_HORIZON,
          filters: REVOCATIONS,
          reportBatchItemFailures: true,
          bisectBatchOnError: true,
          retryAttempts: ATTEMPTS,
          onFailure: new SqsDlq(this.deadLetterQueue),
        }),
      );
    }
    acknowledgeWildcard(
      this.revoke,
      '*',
      `${this.revoke.tracing ? 'dynamodb:ListStreams and X-Ray support' : 'dynamodb:ListStreams supports'} only *. Reading is limited to the stream of the admission table.${entry.functionNetwork ? ` ${NETWORK_INTERFACES}` : ''}`,
    );
  }
}

/** Filter for revocations: the stream also contains tickets, rate limits and expiries. */
const REVOCATIONS = [SortKey.REVOCATION, SortKey.CLOSING].map((sk) =>
  FilterCriteria.filter({
    eventName: FilterRule.or('INSERT', 'MODIFY'),
    dynamodb: { Keys: { sk: { S: FilterRule.isEqual(sk) } } },
  }),
);

function timeoutProblems(timeout: Duration): string[] {
  const seconds = timeout.toSeconds();
  return seconds >= SHORTEST_TIMEOUT
    ? []
    : [
        `revoke.timeout must be at least ${SHORTEST_TIMEOUT} s, of which 15 s are reserved for connections that are being removed, got ${seconds} s. Fix: use Duration.seconds(25)`,
      ];
}

function streamProblems({ tableStreamArn, node }: ITable): string[] {
  return tableStreamArn
    ? []
    : [
        `table must have a stream, got ${node.path} without one. Fix: give its tableStreamArn to Admission.fromAdmissionAttributes`,
      ];
}
