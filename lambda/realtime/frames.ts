import { topicOf } from './authorization';
import { batches } from './batching';
import { Limit, type Message, type ServerFrame } from '../../client/protocol';

/** Text of a frame, with the clients' names of topics, and its messages, with the topics' keys in the tables. */
export interface Frame {
  text: string;
  messages: Message[];
}

const ENVELOPE = Buffer.byteLength(JSON.stringify({ type: 'messages', messages: [] } satisfies ServerFrame));

/** Packs messages into as few frames as possible, in order. No frame exceeds the maximum size of API Gateway. */
export function framesOf(messages: readonly Message[]): Frame[] {
  const sizes = (message: Message) => Buffer.byteLength(JSON.stringify(named(message))) + ','.length;
  const limit = { bytes: Limit.FRAME_BYTES - ENVELOPE + ','.length };
  return [...batches(messages, sizes, limit)].map((together) => ({
    text: JSON.stringify(frameOf(together.map(named))),
    messages: together,
  }));
}

const named = (message: Message): Message => ({ ...message, topic: topicOf(message.topic) });

function frameOf([message, ...others]: Message[]): ServerFrame {
  return message && others.length === 0
    ? { type: 'message', ...message }
    : { type: 'messages', messages: message ? [message, ...others] : [] };
}

/** Merges lists of messages, without duplicates. Messages of a topic are sorted by sequence. */
export function inOrder(lists: readonly (readonly Message[])[]): Message[] {
  const messages = new Map(
    lists.flat().map((message) => [`${message.topic} ${message.epoch} ${message.sequence}`, message]),
  );
  return [...messages.values()].sort(
    (a, b) => compare(a.topic, b.topic) || compare(a.epoch, b.epoch) || a.sequence - b.sequence,
  );
}

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
