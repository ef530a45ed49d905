import type { ClientOptions } from '../../client';
import type { Table } from '../../lambda/adapters/table';
import type { DispatchDependencies } from '../../lambda/dispatch';

/** Bugs that a test plants, to see that they are found. */
export interface Bugs {
  /** Between the dispatch function and what it depends on. */
  dispatch?: (dependencies: DispatchDependencies) => DispatchDependencies;
  /** Between the message log and its table. */
  messageTable?: (table: Table) => Table;
  /** A restored log has the epochs it had. */
  sameEpochs?: boolean;
  /** Of every client. */
  client?: Partial<ClientOptions>;
}
