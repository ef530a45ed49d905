import { Stack } from 'aws-cdk-lib';
import { type ITable, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';
import { Environment } from '../../lambda/environment';
import { KeyPrefix } from '../../lambda/keys';
import { HIGHEST_COST } from '../../lambda/realtime/frame-cost';
import { DurableTable, grantKeys } from '../storage/durable-table';
import { type RetentionOptions, retentionOf } from '../storage/retention';
import { Authentication, type AuthenticationConfig } from './authentication';

/** Limits of one subject, so that no subject can use up the capacity of the lanes. */
export interface AdmissionLimits {
  /**
   * Maximum number of open connections of a subject, 1 to 100. With one more, one of the quarter that has sent no frame for
   * the longest time is closed. Its client reconnects after a delay that grows, because the connection was closed soon: so more
   * clients than this, such as the tabs of a browser, take turns. A client has two connections for a
   * few seconds while it replaces its connection, so choose one more than the number of clients.
   *
   * @default 20
   */
  readonly connections?: number;

  /**
   * Requests of a subject, over both lanes together. A publish counts as 1, and a ticket as 5. A read of history
   * counts as 1, and as 1 more for each further 32 KiB that it reads.
   *
   * @default - 100 per second, bursts of 200
   */
  readonly requests?: RateLimit;

  /**
   * Frames of a connection. A subscribe counts as 2, presence as 5, a ping as 1 for every 10 topics, and any other frame as
   * 1. A refused frame counts as 1, whatever it is. A connection whose refused frames count as much as the burst is closed
   * when it sends the next one. The burst must be at least 10, the cost of the most expensive frame, which is a ping of
   * 100 topics.
   *
   * A connection starts with a full burst, if its subject does not open connections faster than one a second on average, or
   * `connections` (at least 10) at once. Otherwise it starts without one, and only the rate applies.
   *
   * @default - 20 per second, bursts of 200: enough to subscribe to 100 topics at once
   */
  readonly frames?: RateLimit;
}

/** A token bucket. */
export interface RateLimit {
  /** Requests per second, 1 or more. */
  readonly perSecond: number;

  /** Burst of requests after a pause, 1 or more. */
  readonly burst: number;
}

export interface AdmissionProps extends RetentionOptions {
  /** @default Authentication.cognito() */
  readonly authentication?: Authentication;

  /** @default - see {@link AdmissionLimits} */
  readonly limits?: AdmissionLimits;
}

/** The admission table and the rules of another stack or app. */
export interface AdmissionAttributes {
  /** ARN of the admission table: `admission.table.tableArn`. */
  readonly tableArn: string;

  /**
   * ARN of the table's stream: `admission.table.tableStreamArn`.
   *
   * @default - none: the table cannot be used for {@link Revocation}
   */
  readonly tableStreamArn?: string;

  /**
   * The issuer of tokens, the same for every lane of the table: `Authentication.oidc` or `Authentication.userPool`, because
   * `Authentication.cognito` creates a user pool.
   */
  readonly authentication: Authentication;

  /** Limits of a subject and of a connection. @default - see {@link AdmissionLimits} */
  readonly limits?: AdmissionLimits;
}

/** An admission of this stack, or an imported one. */
export interface IAdmission extends IConstruct {
  /** Issuer of the tokens that are accepted; undefined without authentication. */
  readonly authentication: AuthenticationConfig | undefined;

  /** Table of tickets, revocations and rate limits, with the keys `pk` and `sk`; undefined without authentication. */
  readonly table: ITable | undefined;

  readonly limits: Required<AdmissionLimits>;

  /** Environment variables of the service. */
  readonly serviceEnvironment: Record<string, string>;

  /** Environment variables of the function that handles `$connect`. */
  readonly connectEnvironment: Record<string, string>;

  /** Environment variables of the function that answers frames. */
  readonly messageEnvironment: Record<string, string>;

  /** Grants `grantee` permission to issue tickets and log subjects out. */
  grantIssueTicket(grantee: IGrantable): Grant;

  /** Grants `grantee` permission to count the requests of a subject. */
  grantRateLimit(grantee: IGrantable): Grant;

  /** Grants `grantee` permission to consume tickets, unless their subject has logged out. */
  grantConsumeTicket(grantee: IGrantable): Grant;

  /** Grants `grantee` permission to request that a connection be closed. */
  grantClose(grantee: IGrantable): Grant;
}

/**
 * Permissions on the admission table: for each grant, the actions of DynamoDB with the prefixes of their partition keys.
 * Logouts, rate limits and tickets have different prefixes, so that no function can change the kind that another one checks.
 */
const PERMISSIONS = {
  issueTicket: {
    PutItem: [KeyPrefix.TICKET, KeyPrefix.REVOCATION],
    ConditionCheckItem: [KeyPrefix.REVOCATION],
  },
  rateLimit: { UpdateItem: [KeyPrefix.RATE_LIMIT] },
  consumeTicket: {
    GetItem: [KeyPrefix.TICKET],
    DeleteItem: [KeyPrefix.TICKET],
    ConditionCheckItem: [KeyPrefix.REVOCATION],
  },
  close: { PutItem: [KeyPrefix.CONNECTION] },
} as const;

abstract class AdmissionBase extends Construct implements IAdmission {
  abstract readonly authentication: AuthenticationConfig | undefined;
  abstract readonly table: ITable | undefined;
  readonly limits: Required<AdmissionLimits>;

  constructor(scope: Construct, id: string, limits: AdmissionLimits = {}) {
    super(scope, id);
    const {
      connections = 20,
      requests = { perSecond: 100, burst: 200 },
      frames = { perSecond: 20, burst: 200 },
    } = limits;
    this.limits = { connections, requests, frames };
    this.node.addValidation({ validate: () => problems(this.limits) });
  }

  get serviceEnvironment(): Record<string, string> {
    return {
      ...this.tableEnvironment,
      // Without authentication, the value is `none`: a missing variable must not disable authentication.
      [Environment.TOKEN_RULES]: this.authentication ? Stack.of(this).toJsonString(this.authentication.tokens) : 'none',
      [Environment.SUBJECT_RATE_LIMIT]: formatRateLimit(this.limits.requests),
      [Environment.CONNECTIONS_PER_SUBJECT]: `${this.limits.connections}`,
    };
  }

  get connectEnvironment(): Record<string, string> {
    return {
      ...this.tableEnvironment,
      [Environment.CONNECTIONS_PER_SUBJECT]: `${this.limits.connections}`,
      [Environment.FRAME_RATE_LIMIT]: formatRateLimit(this.limits.frames),
    };
  }

  get messageEnvironment(): Record<string, string> {
    return {
      ...this.tableEnvironment,
      [Environment.SUBJECT_RATE_LIMIT]: formatRateLimit(this.limits.requests),
      [Environment.FRAME_RATE_LIMIT]: formatRateLimit(this.limits.frames),
    };
  }

  grantIssueTicket(grantee: IGrantable): Grant {
    return this.grant(grantee, PERMISSIONS.issueTicket);
  }

  grantRateLimit(grantee: IGrantable): Grant {
    return this.grant(grantee, PERMISSIONS.rateLimit);
  }

  grantConsumeTicket(grantee: IGrantable): Grant {
    return this.grant(grantee, PERMISSIONS.consumeTicket);
  }

  grantClose(grantee: IGrantable): Grant {
    return this.grant(grantee, PERMISSIONS.close);
  }

  private grant(grantee: IGrantable, permissions: Readonly<Record<string, readonly KeyPrefix[]>>): Grant {
    const { table } = this;
    if (!table) {
      return Grant.drop(grantee, 'Without authentication there is no admission table.');
    }
    return Object.entries(permissions)
      .map(([action, prefixes]) => grantKeys(table, grantee, prefixes, `dynamodb:${action}`))
      .reduce((one, other) => one.combine(other));
  }

  private get tableEnvironment(): Record<string, string> {
    return { [Environment.ADMISSION_TABLE]: this.table?.tableName ?? 'none' };
  }
}

/**
 * Admission of clients: the issuer of their tokens, the tickets that the HTTP lane issues and the WebSocket lane consumes,
 * logouts, and the rate limits of each subject. The lanes share only this table and the message log.
 */
export class Admission extends AdmissionBase {
  /**
   * Imports the admission of another stack or app, so that a lane of this stack accepts the same tokens, tickets and logouts.
   *
   * @param scope - the construct that the import belongs to
   * @param id - its id
   * @param attributes - the table's ARNs, of this account and Region, and the issuer
   */
  static fromAdmissionAttributes(scope: Construct, id: string, attributes: AdmissionAttributes): IAdmission {
    return new ImportedAdmission(scope, id, attributes);
  }

  readonly authentication: AuthenticationConfig | undefined;
  readonly table: DurableTable | undefined;

  constructor(scope: Construct, id: string, props: AdmissionProps = {}) {
    super(scope, id, props.limits);
    const retention = retentionOf(props);
    this.authentication = (props.authentication ?? Authentication.cognito()).bind(this, retention);
    if (this.authentication) {
      this.table = new DurableTable(this, 'Table', { retention, stream: StreamViewType.NEW_IMAGE });
    }
  }
}

class ImportedAdmission extends AdmissionBase {
  readonly authentication: AuthenticationConfig | undefined;
  readonly table: ITable | undefined;

  constructor(scope: Construct, id: string, { authentication, limits, ...attributes }: AdmissionAttributes) {
    super(scope, id, limits);
    this.node.addValidation({ validate: () => importProblems(authentication) });
    this.authentication = authentication._createsUserPool ? undefined : authentication.bind(this, retentionOf({}));
    this.table = this.authentication && Table.fromTableAttributes(this, 'Table', attributes);
  }
}

function formatRateLimit({ perSecond, burst }: RateLimit): string {
  return `${perSecond}/${burst}`;
}

function problems({ connections, requests, frames }: Required<AdmissionLimits>): string[] {
  const numbers: [string, number, number][] = [
    ['limits.requests.perSecond', requests.perSecond, 1],
    ['limits.requests.burst', requests.burst, 1],
    ['limits.frames.perSecond', frames.perSecond, 1],
    // A smaller bucket must be full for an expensive frame, so a client that sends one after another frame is refused.
    ['limits.frames.burst', frames.burst, HIGHEST_COST],
  ];
  const found = numbers.flatMap(([name, value, least]) =>
    Number.isInteger(value) && value >= least && value <= 100_000
      ? []
      : [`${name} must be a whole number from ${least} to 100000, got ${value}. Fix: use a number in this range`],
  );
  if (!Number.isInteger(connections) || connections < 1 || connections > 100) {
    found.push(
      `limits.connections must be a whole number from 1 to 100, got ${connections}. Fix: use a number in this range`,
    );
  }
  return found;
}

function importProblems({ _createsUserPool }: Authentication): string[] {
  return _createsUserPool
    ? [
        'authentication of an imported admission must name an issuer that exists, got Authentication.cognito(), which creates a user pool. Fix: use Authentication.userPool(userPool, client)',
      ]
    : [];
}
