import type { TwinlaneError } from './error';
import type { Position } from './protocol';

/** A message that a handler receives. */
export interface Message<Data = unknown> extends Position {
  topic: string;
  id: string;
  data: Data;
  /** ISO 8601 in UTC with milliseconds. */
  publishedAt: string;
}

/**
 * `pending` until the topic is subscribed. `loading` while `load` runs. `resuming` while there is no connection, and until all
 * messages that were missed are handled. `live`: later messages are handled when they arrive. `refused` and `ended` are final.
 */
export type SubscriptionState = 'pending' | 'loading' | 'resuming' | 'live' | 'refused' | 'ended';

/** A subscription of one handler to one topic. */
export interface Subscription {
  readonly topic: string;
  readonly state: SubscriptionState;
  /** Position of the last handled message, to resume from on another page. Undefined until the topic's head is known. */
  readonly position: Position | undefined;
  /** Reason of `refused`, or of a `load` that is repeated. */
  readonly error: TwinlaneError | undefined;
  /**
   * Resolves with the position when the subscription is `live` for the first time. Rejects with a {@link TwinlaneError} if it
   * is refused or ends before. It can be ignored: the rejection is never reported as unhandled.
   */
  readonly ready: Promise<Position>;
  /** Ends the subscription. Can be called without its object: `const { unsubscribe } = subscription`. */
  readonly unsubscribe: () => void;
}

export interface SubscribeOptions {
  /** Position of the last handled message; `{ epoch: '', sequence: 0 }` is before the first. @default the topic's head */
  after?: Position | undefined;
  /** Number of messages before the topic's head to handle first, as far as they are kept. Not together with `after`. @default 0 */
  last?: number | undefined;
  /** Ends the subscription. */
  signal?: AbortSignal | undefined;
  /**
   * Loads the topic's state. Called when the topic is subscribed, and again after messages were lost. Messages after `at` wait
   * until it resolves. If it rejects, the event `error` is emitted, and it is called again after a delay (`retry`).
   *
   * @param at the state must contain at least the messages up to this position.
   * @param signal aborted when the subscription ends.
   */
  load?: ((at: Position, why: 'start' | 'gap', signal: AbortSignal) => Promise<void>) | undefined;
}
