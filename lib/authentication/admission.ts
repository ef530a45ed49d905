import { Stack } from 'aws-cdk-lib';
import { StreamViewType } from 'aws-cdk-lib/aws-dynamodb';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { Environment } from '../../lambda/environment';
import { KeyPrefix } from '../../lambda/keys';
import { DurableTable } from '../storage/durable-table';
import type { RetentionOptions } from '../storage/retention';
import { Authentication, type AuthenticationConfig } from './authentication';

/** How much one subject may have of the lanes, so that none takes them from the others. */
export interface AdmissionLimits {
  /** Connections of a subject at once, 1 to 100. @default 20 */
  readonly connections?: number;

  /** Publishes and tickets of a subject, over both lanes together. @default - 100 a second, 200 at once */
  readonly requests?: RateLimit;

  /** Frames of a connection. @default - 50 a second, 200 at once */
  readonly frames?: RateLimit;
}

/** A token bucket. */
export interface RateLimit {
  /** How many a second, from 1. */
  readonly perSecond: number;

  /** How many at once after a pause, from 1. */
  readonly burst: number;
}

export interface AdmissionProps extends RetentionOptions {
  /** @default Authentication.cognito() */
  readonly authentication?: Authentication;

  /** @default - see {@link AdmissionLimits} */
  readonly limits?: AdmissionLimits;
}

/**
 * Who may come in, and who must leave: whose tokens are taken, the tickets that the HTTP lane mints and the WebSocket
 * lane consumes, logouts, and what each subject may ask for. Beside the message log the only place where the lanes meet.
 */
export class Admission extends Construct {
  /** Whose tokens are taken; undefined where everybody gets in. */
  readonly authentication: AuthenticationConfig | undefined;

  /** Tickets, logouts, allowances; undefined where everybody gets in. */
  readonly table: DurableTable | undefined;

  readonly limits: Required<AdmissionLimits>;

  constructor(scope: Construct, id: string, props: AdmissionProps = {}) {
    super(scope, id);
    const {
      connections = 20,
      requests = { perSecond: 100, burst: 200 },
      frames = { perSecond: 50, burst: 200 },
    } = props.limits ?? {};
    this.limits = { connections, requests, frames };
    this.node.addValidation({ validate: () => problems(this.limits) });
    this.authentication = (props.authentication ?? Authentication.cognito()).bind(this, props);
    if (this.authentication) {
      this.table = new DurableTable(this, 'Table', { ...props, stream: StreamViewType.NEW_IMAGE });
    }
  }

  /** What the service reads. */
  get serviceEnvironment(): Record<string, string> {
    return {
      ...this.tableEnvironment,
      // Who has no rules must say so: a variable that is missing opens nothing.
      [Environment.TOKEN_RULES]: this.authentication ? Stack.of(this).toJsonString(this.authentication.tokens) : 'none',
      [Environment.SUBJECT_ALLOWANCE]: allowance(this.limits.requests),
    };
  }

  /** What the function reads that admits connections. */
  get connectEnvironment(): Record<string, string> {
    return { ...this.tableEnvironment, [Environment.CONNECTIONS_PER_SUBJECT]: `${this.limits.connections}` };
  }

  /** What the function reads that answers frames. */
  get messageEnvironment(): Record<string, string> {
    return {
      ...this.tableEnvironment,
      [Environment.SUBJECT_ALLOWANCE]: allowance(this.limits.requests),
      [Environment.FRAME_ALLOWANCE]: allowance(this.limits.frames),
    };
  }

  /** Lets `grantee` mint tickets and log subjects out. */
  grantMint(grantee: IGrantable): void {
    this.table?.grantKeys(
      grantee,
      [KeyPrefix.TICKET, KeyPrefix.SUBJECT],
      'dynamodb:PutItem',
      'dynamodb:ConditionCheckItem',
    );
  }

  /** Lets `grantee` count what a subject asks for. */
  grantSpend(grantee: IGrantable): void {
    this.table?.grantKeys(grantee, [KeyPrefix.SUBJECT], 'dynamodb:UpdateItem');
  }

  /** Lets `grantee` consume tickets, unless their subject has logged out. */
  grantConsume(grantee: IGrantable): void {
    this.table?.grantKeys(grantee, [KeyPrefix.TICKET], 'dynamodb:GetItem');
    this.table?.grantKeys(
      grantee,
      [KeyPrefix.TICKET, KeyPrefix.SUBJECT],
      'dynamodb:DeleteItem',
      'dynamodb:ConditionCheckItem',
    );
  }

  /** Lets `grantee` ask for a connection to be closed. */
  grantClose(grantee: IGrantable): void {
    this.table?.grantKeys(grantee, [KeyPrefix.CONNECTION], 'dynamodb:PutItem');
  }

  private get tableEnvironment(): Record<string, string> {
    return { [Environment.ADMISSION_TABLE]: this.table?.tableName ?? 'none' };
  }
}

function allowance({ perSecond, burst }: RateLimit): string {
  return `${perSecond}/${burst}`;
}

function problems({ connections, requests, frames }: Required<AdmissionLimits>): string[] {
  const numbers = {
    'limits.requests.perSecond': requests.perSecond,
    'limits.requests.burst': requests.burst,
    'limits.frames.perSecond': frames.perSecond,
    'limits.frames.burst': frames.burst,
  };
  const found = Object.entries(numbers).flatMap(([name, value]) =>
    Number.isInteger(value) && value >= 1 && value <= 100_000
      ? []
      : [`${name} must be a whole number from 1 to 100000, got ${value}: choose one in between`],
  );
  if (!Number.isInteger(connections) || connections < 1 || connections > 100) {
    found.push(`limits.connections must be a whole number from 1 to 100, got ${connections}: choose one in between`);
  }
  return found;
}
