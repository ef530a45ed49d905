import type { ClientOptions } from '../../client';
import type { Message } from '../../lambda/realtime/protocol';
import type { Tables } from '../support/memory/table';
import type { Surroundings } from './functions';

/** Bugs that a test plants, to see that they are found. */
export interface Bugs {
  /** In place of the dispatch function. */
  dispatch?: (messages: Message[], surroundings: Surroundings) => Promise<Message | undefined>;
  /** Between the message log and its table. */
  messageTable?: (table: Tables) => Tables;
  /** A restored log has the epochs it had. */
  sameEpochs?: boolean;
  /** Of every client. */
  client?: Partial<ClientOptions>;
}
