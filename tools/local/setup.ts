import type { JsonWebKey } from 'node:crypto';
import type { Addresses } from './addresses';
import type { Blueprint } from './blueprint';
import type { LogLine } from './log-line';

/** Input of each process of a run. Plain data, so that it crosses process borders. */
export interface Setup {
  readonly blueprint: Blueprint;
  readonly addresses: Addresses;
  /** `on` enforces the policies of the roles. */
  readonly iam: 'on' | 'off';
  /** The private key, as a JWK, that the user pools of this run sign with: the same after a process has started again. */
  readonly signingKey?: JsonWebKey;
  /** Positions of the event sources before their process ended: mapping (logical id) → shard → sequence number. */
  readonly checkpoints?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Folder that keeps tables and queues from run to run; in memory if undefined. */
  readonly data?: string;
}

/** From the supervisor to a process. `update`: the assembly was made again, and differs in code alone. */
export type Instruction = { readonly start: Setup } | { readonly update: Setup } | { readonly stop: true };

/** A step of an event source. */
export interface Checkpoint {
  readonly mapping: string;
  readonly shardId: string;
  readonly sequenceNumber: string;
}

/** From a process to the supervisor. `checkpoint` comes back in the setup if the process is started again. */
export type Report =
  | { readonly checkpoint: Checkpoint }
  | { readonly ready: true }
  | { readonly failed: string }
  | { readonly log: Omit<LogLine, 'time'> };
