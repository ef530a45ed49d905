/** Limits of a WebSocket API. Tests use lower limits, so that they do not wait for two hours. */
export interface Limits {
  /** Maximum length of path and query of a handshake, in characters. */
  readonly urlCharacters: number;
  /** Maximum payload of a frame from a client, in bytes. */
  readonly frameBytes: number;
  /** Maximum size of a message from or to a client, in bytes. */
  readonly messageBytes: number;
  /** Maximum result of an authorizer, in bytes of JSON. */
  readonly authorizerResultBytes: number;
  /** Milliseconds without activity after which a connection is closed. */
  readonly idleMs: number;
  /** Maximum duration of a connection, in milliseconds. */
  readonly durationMs: number;
  /** Rate and burst of handshakes, for all APIs of the account in the Region, per second. */
  readonly newConnectionsPerSecond: number;
  /** Rate of handshakes and frames of a stage without its own rate, per second. */
  readonly requestsPerSecond: number;
  /** Burst of handshakes and frames of a stage without its own burst. */
  readonly burst: number;
  /** Maximum bytes in the buffer of a slow client. */
  readonly sendBufferBytes: number;
  /** Maximum milliseconds until a client answers a close frame. */
  readonly closeMs: number;
}

/**
 * Default limits. All but the last two are quotas from "Amazon API Gateway quotas", with the defaults of an account and
 * Region. The last two are defined by this runner: AWS documents that a client's buffer can be full, but not its size.
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
