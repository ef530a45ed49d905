import type { History } from './ports';
import { Limit, type Message, type Position } from './protocol';

/**
 * Creates a page of history after a sequence from the messages that the log contains.
 *
 * @param found messages of the head's epoch after the sequence, oldest first: as many as were requested, or all.
 */
export function historyPage(head: Position, after: number, found: readonly Message[]): History {
  const messages = found.slice(0, fitting(found));
  const unbroken = messages.every((message, index) => message.sequence === after + 1 + index);
  const upToDate = after === head.sequence;
  return { ...head, recovered: unbroken && (upToDate || messages.length > 0), messages };
}

/** @returns the number of messages that fit into a page. The first always fits, so that a reader makes progress. */
function fitting(messages: readonly Message[]): number {
  let bytes = 0;
  const tooMany = messages.findIndex((message, index) => {
    bytes += Buffer.byteLength(JSON.stringify(message.data));
    return index > 0 && bytes > Limit.PAGE_BYTES;
  });
  return tooMany === -1 ? messages.length : tooMany;
}
