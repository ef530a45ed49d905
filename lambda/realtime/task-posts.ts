import { batches } from './batching';
import { topicsOf } from './fan-out';
import { type Frame, framesOf } from './frames';
import type { Message } from '../../client/protocol';

/** Maximum bytes of a post to a task: a few large frames, which a busy task sends before the post times out. */
export const POST_BYTES = 128 * 1024;

/** A frame for the sockets of a task that are subscribed to a topic. */
export interface TopicFrame {
  /** Key of the topic in the tables. */
  topic: string;
  text: string;
}

/**
 * Packs messages for a task, which sends each frame to all of its sockets that are subscribed to the frame's topic. A post
 * consists of lines: the key of a topic and the text of a frame, alternating. Neither contains a line break.
 */
export function packForTask(messages: readonly Message[]): Frame[] {
  const frames = topicsOf(messages).flatMap((topic) =>
    framesOf(messages.filter((message) => message.topic === topic)).map((frame) => ({ topic, ...frame })),
  );
  const sizes = ({ topic, text }: TopicFrame) => Buffer.byteLength(topic) + Buffer.byteLength(text) + 2;
  return [...batches(frames, sizes, { bytes: POST_BYTES })].map((together) => ({
    text: together.map(({ topic, text }) => `${topic}\n${text}`).join('\n'),
    messages: together.flatMap((frame) => frame.messages),
  }));
}

/** @returns the frames of a post. Throws if it is not one */
export function unpack(post: string): TopicFrame[] {
  const lines = post.split('\n');
  if (lines.length % 2 !== 0) {
    throw new Error('A post must consist of pairs of lines');
  }
  return lines.flatMap((topic, index) => (index % 2 === 0 ? [{ topic, text: lines[index + 1] ?? '' }] : []));
}
