import { isTopicKey } from './authorization';
import { GROUP } from './group-commit';
import type { Hint } from './ports';

/** Parses the body of a message of the hint queue. Throws if it is not a hint. */
export function parseHint(body: string): Hint {
  const hint = JSON.parse(body) as Partial<Hint> | null;
  const { topic, epoch, first, last } = hint ?? {};
  if (!isTopicKey(topic) || !isEpoch(epoch) || !isSequence(first) || !isSequence(last) || !isGroup(first, last)) {
    throw new Error('A hint must have a topic, an epoch, and the sequences of its first and its last message');
  }
  return { topic, epoch, first, last };
}

const isEpoch = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 64 && !value.includes('#');

const isSequence = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

const isGroup = (first: number, last: number): boolean => first <= last && last - first < GROUP.count;
