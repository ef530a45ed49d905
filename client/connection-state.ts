import type { TwinlaneError } from './error';

/**
 * `idle` before the first subscription, and after `signOut()`. `connecting` while there is no connection and one is opened
 * or will be. `open`. `closed` if there is no connection and no further attempt: the reason says why.
 */
export type Status = 'idle' | 'connecting' | 'open' | 'closed';

/**
 * Why there is no connection, or why there is a new one. `dropped`: it broke. `silent`: the server did not answer.
 * `frozen`: the browser froze or cached the page. `limit`: a newer connection of the same subject replaced it.
 * `token`: no valid token. `refused`: the server or the browser refused it. `unsupported`: there is no `WebSocket`.
 * `closed`: the client was closed.
 */
export type Reason = 'dropped' | 'silent' | 'frozen' | 'limit' | 'token' | 'refused' | 'unsupported' | 'closed';

/**
 * `good`: the last answer took at most a second. `slow`: it took longer. `silent`: an answer has been missing for 5 seconds.
 * `none`: there is no connection.
 */
export type Quality = 'good' | 'slow' | 'silent' | 'none';

/** An immutable snapshot of the connection. A change is a new object. */
export interface ConnectionState {
  readonly status: Status;
  /** Reason of the last loss or refusal. Undefined while a connection works. */
  readonly reason?: Reason | undefined;
  /** The error that belongs to the reason, if there is one. */
  readonly error?: TwinlaneError | undefined;
  /** Close code of the last connection, if one was received. */
  readonly closeCode?: number | undefined;
  /** Number of the next attempt in a row without a connection that worked: 1 after a loss. 0 while a connection is open. */
  readonly attempt: number;
  /** Time of the next attempt, in milliseconds since 1970. Undefined while none is scheduled. */
  readonly retryAt?: number | undefined;
  /** Milliseconds from the last frame that was sent to its answer. */
  readonly rtt?: number | undefined;
  readonly quality: Quality;
}
