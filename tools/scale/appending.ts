import { Cost } from './facts';
import type { Load } from './load';

/** Appends of one process to one topic: groups of messages, one transaction after another. */
export interface Appending {
  /** Messages of a group: as few as suffice for the rate. At a low rate each message is alone. */
  readonly group: number;
  /** Messages a second, with the largest groups. */
  readonly atMost: number;
  /** Write units a second of the topic's partition: the head and the messages. */
  readonly partitionWrites: number;
  /** Write units a second of the table, ids included. */
  readonly tableWrites: number;
}

/** Appends of one topic. A transaction counts each item twice, at one unit for each KiB. */
export function appending({ rate, bytes }: Pick<Load, 'rate' | 'bytes'>): Appending {
  const largest = Math.max(1, Math.min(Cost.groupMessages.value, Math.floor(Cost.groupBytes.value / bytes)));
  const perSecond = (size: number) => size / (Cost.readSeconds.value + transactionSeconds(size));
  let group = 1;
  while (group < largest && perSecond(group) < rate) {
    group += 1;
  }
  const unitsOfMessage = Math.ceil(bytes / 1024);
  return {
    group,
    atMost: perSecond(largest),
    partitionWrites: rate * 2 * (1 / group + unitsOfMessage),
    tableWrites: rate * 2 * (1 / group + unitsOfMessage + 1),
  };
}

/** Seconds of the transaction of a group: the head, and a message and an id for each draft. */
export function transactionSeconds(group: number): number {
  const items = 1 + 2 * group;
  return Cost.transactionSeconds.value + Math.max(0, items - 5) * Cost.transactionItemSeconds.value;
}
