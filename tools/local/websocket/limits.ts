/** Limits of a WebSocket API. Tests pass smaller ones, so that they do not wait two hours. */
export interface Limits {
  /** Longest path and query of a handshake, in characters. */
  readonly urlCharacters: number;
  /** Longest payload of a frame that a client sends, in bytes. */
  readonly frameBytes: number;
  /** Longest message, from a client or posted to one, in bytes. */
  readonly messageBytes: number;
  /** Longest answer of an authorizer, in bytes of JSON. */
  readonly authorizerResultBytes: number;
  /** A connection on which nothing moved for so long is closed, in milliseconds. */
  readonly idleMs: number;
  /** A connection that is so old is closed, in milliseconds. */
  readonly durationMs: number;
  /** Handshakes a second, and at once, of all APIs of the account in the Region. */
  readonly newConnectionsPerSecond: number;
  /** Handshakes and frames a second, of a stage that sets no rate. */
  readonly requestsPerSecond: number;
  /** Handshakes and frames at once, of a stage that sets no burst. */
  readonly burst: number;
  /** Bytes that can wait for one slow reader. */
  readonly sendBufferBytes: number;
  /** Milliseconds that a client has to answer a close frame. */
  readonly closeMs: number;
}

/**
 * All but the last two are quotas that AWS documents ("Amazon API Gateway quotas", defaults of an account and Region).
 * The last two are this runner's: AWS says that a client's buffer can be full, but not how large it is.
 */
export const AWS_LIMITS: Limits = {
  urlCharacters: 4096,
  frameBytes: 32 * 1024,
  messageBytes: 128 * 1024,
  authorizerResultBytes: 8 * 1024,
  idleMs: 10 * 60_000,
  durationMs: 2 * 3_600_000,
  newConnectionsPerSecond: 500,
  requestsPerSecond: 10_000,
  burst: 5000,
  sendBufferBytes: 1024 * 1024,
  closeMs: 5000,
};
