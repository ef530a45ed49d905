import type { History } from './ports';
import { Limit, type Message, type Position } from './protocol';

/**
 * Makes the answer to "what followed `after`?" of what the log found.
 *
 * @param found messages after `after` of the head's epoch, oldest first: as many as were asked for, or all there are.
 */
export function historyPage(head: Position, after: number, found: readonly Message[]): History {
  const messages = found.slice(0, fitting(found));
  const unbroken = messages.every((message, index) => message.sequence === after + 1 + index);
  const upToDate = after === head.sequence;
  return { ...head, recovered: unbroken && (upToDate || messages.length > 0), messages };
}

/** @returns how many of the first messages fit a page. The first always does: there must be progress. */
function fitting(messages: readonly Message[]): number {
  let bytes = 0;
  const tooMany = messages.findIndex((message, index) => {
    bytes += Buffer.byteLength(JSON.stringify(message.data));
    return index > 0 && bytes > Limit.PAGE_BYTES;
  });
  return tooMany === -1 ? messages.length : tooMany;
}
