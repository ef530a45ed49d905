import type { History } from './ports';
import { Limit, type Message, type Position } from '../../client/protocol';

/** Messages of the head's epoch that were found after a sequence, oldest first: as many as were requested, or all. */
export interface Found {
  messages: readonly Message[];
  /** Bytes that were read to find them. */
  bytesRead: number;
}

/** Creates a page of history after a sequence from the messages that the log contains. */
export function historyPage(head: Position, after: number, { messages: found, bytesRead }: Found): History {
  const messages = found.slice(0, fitting(found));
  const unbroken = messages.every((message, index) => message.sequence === after + 1 + index);
  const upToDate = after === head.sequence;
  return { ...head, recovered: unbroken && (upToDate || messages.length > 0), messages, bytesRead };
}

/** @returns the number of messages that fit into a page. The first always fits, so that a reader makes progress. */
function fitting(messages: readonly Message[]): number {
  let bytes = 0;
  const tooMany = messages.findIndex((message, index) => {
    bytes += bytesOf(message);
    return index > 0 && bytes > Limit.PAGE_BYTES;
  });
  return tooMany === -1 ? messages.length : tooMany;
}

/** @returns the bytes of a message's data, as JSON in UTF-8. */
export const bytesOf = ({ data }: Pick<Message, 'data'>): number => Buffer.byteLength(JSON.stringify(data));
