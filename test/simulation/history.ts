import type { Json, Message, Position } from '../../lambda/realtime/protocol';

/** Events of a world, in order. */
export type Event = { at: number } & Happening;

export type Happening =
  /** The log has another message. The table says so, not the code under test. */
  | { type: 'committed'; message: Message }
  /** The table is as it was earlier. @param heads of all topics that have one */
  | { type: 'restored'; heads: Record<string, Position> }
  /** A publish, to be answered by one of the three that follow. The same id may be published again. */
  | { type: 'published'; by: string; topic: string; id: string; data: Json }
  | { type: 'acknowledged'; by: string; data: Json; answer: Omit<Message, 'data'> }
  | { type: 'refused'; by: string; topic: string; id: string; data: Json; code: string }
  /** A reader is one handler on one client: it begins `after` a position, or where the topic stands. */
  | { type: 'subscribed'; reader: string; topic: string; after?: Position }
  | { type: 'ready'; reader: string; position: Position }
  | { type: 'handled'; reader: string; message: Message }
  | { type: 'recovered'; reader: string; recovered: boolean; position: Position }
  | { type: 'left'; reader: string }
  /** Code under test threw what it must not. */
  | { type: 'failed'; where: string; error: unknown };

/** All that is needed to judge what happened. */
export interface History {
  events: readonly Event[];
  /** Time at which the world comes to rest, in milliseconds since 1970. */
  end: number;
  /** Content of the log at the end. */
  log: readonly Message[];
  /** Position of each topic at the end. */
  heads: Readonly<Record<string, Position>>;
  /** Retention of messages, in milliseconds. */
  retention: number;
  /** Within how many milliseconds each message reaches who is there; without it, whenever. */
  promptly?: number;
}
