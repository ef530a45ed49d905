import type { ClientOptions } from '../../client';
import type { Table } from '../../lambda/adapters/table';
import type { DispatchDependencies } from '../../lambda/dispatch';
import type { PushDependencies } from '../../lambda/push';
import type { ServerDependencies } from './server-task';

/** Bugs that a test injects, to verify that the checker detects them. */
export interface Bugs {
  /** Changes the dependencies of the dispatch function. */
  dispatch?: (dependencies: DispatchDependencies) => DispatchDependencies;
  /** Changes the dependencies of the push function. */
  push?: (dependencies: PushDependencies) => PushDependencies;
  /** Changes the dependencies of the servers of the lane. */
  server?: (dependencies: ServerDependencies) => ServerDependencies;
  /** Changes the table of the message log. */
  messageTable?: (table: Table) => Table;
  /** A restored log keeps its epochs. */
  sameEpochs?: boolean;
  /** Options of every client. */
  client?: Partial<ClientOptions>;
}
