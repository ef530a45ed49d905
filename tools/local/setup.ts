import type { JsonWebKey } from 'node:crypto';
import type { Addresses } from './addresses';
import type { StreamTiming } from './aws/streams/timing';
import type { Blueprint } from './blueprint';
import type { Invocation, LogLine } from './log-line';
import type { AuthorityKeys } from './network/certificate-authority';

/** Input of each process of a run. Plain data, so that it can be sent between processes. */
export interface Setup {
  readonly blueprint: Blueprint;
  readonly addresses: Addresses;
  /** `on` enforces the policies of the roles. */
  readonly iam: 'on' | 'off';
  /** The private key of the user pools of this run, as a JWK. It stays the same if a process restarts. */
  readonly signingKey?: JsonWebKey;
  /** The certificate authority of this run. Only the process `aws` has it. It stays the same if that process restarts. */
  readonly authority?: AuthorityKeys;
  /** Positions of the event sources when their process ended: mapping (logical id) → shard → sequence number. */
  readonly checkpoints?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Times of streams that differ from the typical ones. */
  readonly streams?: Partial<StreamTiming>;
  /** Latencies that the services add; none if undefined. */
  readonly latency?: 'none' | 'aws';
  /** Seconds from the end of a connection until its `$disconnect`; 0 if undefined. */
  readonly disconnectDelaySeconds?: number | 'never';
  /** URL of the server that answers in place of the buckets of distributions. */
  readonly pageUrl?: string;
  /** Folder that keeps tables and queues from run to run; in memory if undefined. */
  readonly data?: string;
  /** True if the processes report each invocation. */
  readonly invocations?: boolean;
}

/** Message from the supervisor to a process. `update`: the assembly was synthesized again, and only code has changed. */
export type Instruction = { readonly start: Setup } | { readonly update: Setup } | { readonly stop: true };

/** Progress of an event source. */
export interface Checkpoint {
  readonly mapping: string;
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/** Message from a process to the supervisor. The setup contains each `checkpoint` if the process is restarted. */
export type Report =
  | { readonly checkpoint: Checkpoint }
  | { readonly ready: true }
  /** Parts that do not work, before `ready` and after each update. */
  | { readonly problems: readonly string[] }
  | { readonly failed: string }
  | { readonly log: Omit<LogLine, 'time'> }
  | { readonly invocation: Invocation };
