import type { RateLimit } from '../../lambda/realtime/rate-limit';

/** Limits of a socket: those of an API Gateway WebSocket API, so that clients behave alike on both entries of the lane. */
export const LIMITS = {
  /** Maximum bytes of a message from a client. A larger one closes the socket with 1009. */
  messageBytes: 32 * 1024,
  /** Maximum number of fragments of a message. More close the socket with 1008: each keeps what was read with it, up to 64 KiB. */
  fragments: 16,
  /** Maximum number of TCP reads for one frame. More close the socket with 1008: each takes more memory than its bytes. */
  reads: 1024,
  /** Rate limit of the pings and pongs of WebSocket itself. A client that exceeds it is disconnected. */
  controlFrames: { perSecond: 10, burst: 100 } satisfies RateLimit,
  /** Milliseconds without traffic after which a socket is closed. */
  idleMs: 10 * 60_000,
  /** Maximum age of a socket, in milliseconds. */
  ageMs: 2 * 3_600_000,
  /** Maximum bytes that wait to be sent to a client. A slower client is disconnected, and reads the history. */
  bufferedBytes: 1024 * 1024,
  /** Milliseconds that a client has to answer a close frame, before it is disconnected. */
  closeMs: 2000,
};

export type SocketLimits = typeof LIMITS;

/** Close codes and reasons of the server. */
export const Closing = {
  GOING_AWAY: { code: 1001, reason: 'Going away' },
  BINARY: { code: 1003, reason: 'Binary frames are not supported' },
  EXPIRED: { code: 1000, reason: 'Authorization expired' },
  REFUSED: { code: 1000, reason: 'Refused' },
  REVOKED: { code: 1000, reason: 'Connection closed' },
} as const;
