import { appending } from './appending';
import type { Load } from './load';
import { posting } from './posting';

/** Write units a second of the message log's table: heads, messages, ids, and the marks of pushed messages. */
export function logWrites(load: Load): number {
  return load.topics * (appending(load).tableWrites + posting(load).hints);
}

/** Read units a second of that table. Each group reads the head. Each hint reads its message and its mark, and dispatch reads the mark. */
export function logReads(load: Load): number {
  const { topics, rate, bytes } = load;
  const unitsOfMessage = Math.ceil(bytes / 4096);
  return topics * (rate / appending(load).group + posting(load).hints * (unitsOfMessage + 2));
}
