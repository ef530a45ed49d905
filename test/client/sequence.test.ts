import type { Message, Position } from '../../client';
import { Sequence } from '../../client/sequence';

const at = (sequence: number, epoch = 'e'): Position => ({ epoch, sequence });

function message(sequence: number, epoch = 'e'): Message {
  return { topic: 'news', epoch, sequence, id: `${sequence}`, data: null, publishedAt: '2026-01-01T00:00:00.000Z' };
}

function page(head: Position, recovered: boolean, ...messages: Message[]) {
  return { topic: 'news', ...head, recovered, messages };
}

/** Takes what can be handled. */
function taken(sequence: Sequence): number[] {
  const next = sequence.next();
  return next ? [next.sequence, ...taken(sequence)] : [];
}

test('what was handled while history was read is not missing: it is asked again from there', () => {
  const position = at(1);
  const sequence = new Sequence(position);
  sequence.stands(at(3));
  sequence.push(message(2));
  expect(taken(sequence)).toEqual([2]);
  expect(sequence.read(position, page(at(3), false))).toBe(true);
  expect([sequence.behind, sequence.position]).toEqual([true, at(2)]);
});

test('a topic that stands before what was handled may have been restored: history is asked', () => {
  const position = at(5);
  const sequence = new Sequence(position);
  sequence.stands(at(3));
  expect(sequence.behind).toBe(true);
  expect(sequence.read(position, page(at(3), false))).toBe(false);
  expect([sequence.behind, sequence.position]).toEqual([false, at(3)]);
});

test('a position that was read before the last push is no doubt once history says so', () => {
  const position = at(5);
  const sequence = new Sequence(position);
  sequence.stands(at(4));
  expect(sequence.read(position, page(at(5), true))).toBe(true);
  expect([sequence.behind, sequence.position]).toEqual([false, at(5)]);
});

test('after something was missed, what is known of the numbering before counts no longer', () => {
  const position = at(1, 'old');
  const sequence = new Sequence(position);
  sequence.push(message(90, 'old'));
  expect(sequence.read(position, page(at(2, 'new'), true, message(2, 'new')))).toBe(false);
  expect(sequence.position).toEqual(at(2, 'new'));
  // The push of before leaves a doubt, which history takes away.
  expect(sequence.behind).toBe(true);
  expect(sequence.read(sequence.position ?? position, page(at(2, 'new'), true))).toBe(true);
  expect(sequence.behind).toBe(false);
});

test('what was pushed beyond a position that is jumped to is kept', () => {
  const position = at(1);
  const sequence = new Sequence(position);
  for (const pushed of [3, 5, 6]) {
    sequence.push(message(pushed));
  }
  expect(sequence.read(position, page(at(4), false, message(4)))).toBe(false);
  expect(taken(sequence)).toEqual([5, 6]);
  expect(sequence.behind).toBe(false);
});

test('nothing is behind before it is known where the topic stands', () => {
  const sequence = new Sequence(undefined);
  sequence.push(message(7));
  expect([sequence.behind, taken(sequence)]).toEqual([false, []]);
  sequence.stands(at(6));
  expect(taken(sequence)).toEqual([7]);
});

test('what was pushed of a numbering that is over is not waited for: history says what is left to wait for', () => {
  const position = at(0, '');
  const sequence = new Sequence(position);
  sequence.push(message(3, 'old'));
  expect(sequence.read(position, page(at(1, 'new'), true, message(1, 'new')))).toBe(true);
  expect(taken(sequence)).toEqual([1]);
  // It may have been newer than the page: history is asked once more, and then no longer.
  expect(sequence.behind).toBe(true);
  expect(sequence.read(at(1, 'new'), page(at(1, 'new'), true))).toBe(true);
  expect(sequence.behind).toBe(false);
});

test('a numbering that began after history was read is asked for, as its push says', () => {
  const position = at(0, '');
  const sequence = new Sequence(position);
  sequence.push(message(2, 'new'));
  expect(sequence.read(position, page(at(0, ''), true))).toBe(true);
  expect(sequence.behind).toBe(true);
});
