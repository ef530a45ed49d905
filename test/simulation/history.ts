import type { Json, Message, Position } from '../../lambda/realtime/protocol';

/** Event of a run, with its time in milliseconds since 1970. */
export type Event = { at: number } & Happening;

export type Happening =
  /** A message was written to the table. Reported by the table, not by the code under test. */
  | { type: 'committed'; message: Message }
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
  /** The code under test threw an unexpected error. */
  | { type: 'failed'; where: string; error: unknown };

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
}
