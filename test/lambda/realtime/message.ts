import type { Message } from '../../../client/protocol';

/** @returns a message of the log */
export function messageOf(topic: string, sequence: number, data: Message['data'] = sequence): Message {
  return { topic, epoch: 'e', sequence, id: `m${sequence}`, data, publishedAt: '2026-01-01T00:00:00.000Z' };
}

/** @returns `count` messages of a topic, the first with the sequence 1 */
export function messagesOf(topic: string, count: number, data?: Message['data']): Message[] {
  return Array.from({ length: count }, (_, index) => messageOf(topic, index + 1, data));
}
