import type { Addresses } from './addresses';
import type { Blueprint } from './blueprint';
import type { LogLine } from './log-line';

/** What a part of the runner is started with. Plain data: each part is a process of its own. */
export interface Setup {
  readonly blueprint: Blueprint;
  readonly addresses: Addresses;
  /** Whether the policies of roles are enforced. */
  readonly iam: 'on' | 'off';
  /** Folder that keeps tables and queues from run to run; in memory if undefined. */
  readonly data?: string;
}

/** From the supervisor to a part. `update`: the assembly was made again, and differs in code alone. */
export type Instruction = { readonly start: Setup } | { readonly update: Setup } | { readonly stop: true };

/** From a part to the supervisor. */
export type Report = { readonly ready: true } | { readonly failed: string } | { readonly log: Omit<LogLine, 'time'> };
