import type { Json, Message, Position } from '../../client/protocol';

/** Event of a run, with its time in milliseconds since 1970. */
export type Event = { at: number } & Happening;

export type Happening =
  /** A message was written to the table. Reported by the table, not by the code under test. */
  | { type: 'committed'; message: Message }
  /** The messages of a hint were marked as pushed. @param missing connections that they have not reached */
  | { type: 'marked'; topic: string; epoch: string; first: number; missing: readonly string[] }
  /** A backup of the table was restored. @param heads of all topics that have one */
  | { type: 'restored'; heads: Record<string, Position> }
  /** A publish. It is acknowledged or refused, and can be repeated with the same id. */
  | { type: 'published'; by: string; topic: string; id: string; data: Json }
  | { type: 'acknowledged'; by: string; data: Json; answer: Omit<Message, 'data'> }
  | { type: 'refused'; by: string; topic: string; id: string; data: Json; code: string }
  /** A reader is one handler of one client. It starts `after` a position, or at the head. */
  | { type: 'subscribed'; reader: string; topic: string; after?: Position }
  | { type: 'ready'; reader: string; position: Position }
  | { type: 'handled'; reader: string; message: Message }
  | { type: 'recovered'; reader: string; recovered: boolean; position: Position }
  | { type: 'left'; reader: string }
  /** A client opens a socket. */
  | { type: 'connecting'; client: string }
  /** A client got a ticket. @param until end of the ticket, in milliseconds since 1970 */
  | { type: 'ticket'; ticket: string; holder: Holder; until: number }
  /** `$connect` accepted a connection. @param since time at which the handshake began, in milliseconds since 1970 */
  | { type: 'connected'; connection: string; ticket: string | undefined; since: number }
  /** A frame of messages was sent to a connection. */
  | { type: 'pushed'; connection: string }
  | { type: 'disconnected'; connection: string }
  /** The logout of a subject was accepted. @param since time of its request, in milliseconds since 1970 */
  | { type: 'loggedOut'; subject: string; since: number }
  /** The code under test threw an unexpected error. */
  | { type: 'failed'; where: string; error: unknown };

/** Subject of a ticket, with the times of its token, in seconds since 1970. */
export interface Holder {
  /** Tenant and subject: `red/s1`. */
  subject: string;
  issuedAt: number;
  expiresAt: number;
}

/** Input of the checker. */
export interface History {
  events: readonly Event[];
  /** Time at which the run ends, in milliseconds since 1970. */
  end: number;
  /** Content of the log at the end. */
  log: readonly Message[];
  /** Position of each topic at the end. */
  heads: Readonly<Record<string, Position>>;
  /** Retention of messages, in milliseconds. */
  retention: number;
  /** Maximum latency of a message to a subscriber, in milliseconds. Without it, there is no maximum. */
  promptly?: number;
  /** True if a fault was so frequent that the 95th percentile of latencies has no maximum. @default false */
  outage?: boolean;
  /**
   * Pause of a topic, in milliseconds, after which the next message is hinted. In a run without faults, the median latency of
   * these messages is far below that of the stream. @default - no message is hinted
   */
  hintAfter?: number;
  /**
   * Time since which there are no faults and the effects of earlier ones have ended, in milliseconds since 1970: each message
   * is then prompt, and each publish succeeds. @default - never
   */
  healthySince?: number;
  /** True if the lane has servers of its own. @default false */
  servers?: boolean;
}
