import type { Message, Position } from '../../client/protocol';
import { Sequence } from '../../client/sequence';

const at = (sequence: number, epoch = 'e'): Position => ({ epoch, sequence });

function message(sequence: number, epoch = 'e'): Message {
  return { topic: 'news', epoch, sequence, id: `${sequence}`, data: null, publishedAt: '2026-01-01T00:00:00.000Z' };
}

function page(head: Position, recovered: boolean, ...messages: Message[]) {
  return { topic: 'news', ...head, recovered, messages };
}

/** Takes every message that can be handled. @returns their sequences */
function taken(sequence: Sequence): number[] {
  const next = sequence.next();
  if (!next) {
    return [];
  }
  sequence.handled(next);
  return [next.sequence, ...taken(sequence)];
}

test('a sequence reads history again if pushes advanced its position during the read', () => {
  const position = at(1);
  const sequence = new Sequence(position);
  sequence.reportHead(at(3), false);
  sequence.push(message(2));
  expect(taken(sequence)).toEqual([2]);
  expect(sequence.read(position, page(at(3), false))).toBe(true);
  expect([sequence.behind, sequence.position]).toEqual([true, at(2)]);
});

test('a sequence reads history if the head is before its position, because the log may have been restored', () => {
  const position = at(5);
  const sequence = new Sequence(position);
  sequence.reportHead(at(3), true);
  expect(sequence.behind).toBe(true);
  expect(sequence.read(position, page(at(3), false))).toBe(false);
  expect([sequence.behind, sequence.position]).toEqual([false, at(3)]);
});

test('a sequence ignores a lower head of a pong, which is older than a push', () => {
  const sequence = new Sequence(at(5));
  sequence.reportHead(at(3), false);
  expect([sequence.behind, sequence.position]).toEqual([false, at(5)]);
  sequence.reportHead(at(3, 'restored'), false);
  expect(sequence.behind).toBe(true);
});

test('a sequence still reads the messages before a push if a pong is older than that push', () => {
  const sequence = new Sequence(at(5));
  sequence.push(message(8));
  sequence.reportHead(at(5), false);
  expect(sequence.behind).toBe(true);
});

test('a sequence reads history for a push that it dropped, because 1,000 others wait', () => {
  const sequence = new Sequence(at(0));
  for (let pushed = 2; pushed <= 1_002; pushed += 1) {
    sequence.push(message(pushed));
  }
  sequence.push(message(1));
  expect(sequence.read(at(0), page(at(1), true, message(1)))).toBe(true);
  expect(taken(sequence)).toHaveLength(1_001);
  expect([sequence.behind, sequence.position]).toEqual([true, at(1_001)]);
});

test('a sequence still reads history up to a head that was reported before an older page arrives', () => {
  const position = at(0);
  const sequence = new Sequence(position);
  sequence.reportHead(at(2), false);
  expect(sequence.read(position, page(at(1), true, message(1)))).toBe(true);
  expect(taken(sequence)).toEqual([1]);
  expect(sequence.behind).toBe(true);
});

test('a sequence needs no more history once a page confirms its position', () => {
  const position = at(5);
  const sequence = new Sequence(position);
  sequence.reportHead(at(4), true);
  expect(sequence.read(position, page(at(5), true))).toBe(true);
  expect([sequence.behind, sequence.position]).toEqual([false, at(5)]);
});

test('a sequence drops the pushes of the previous epoch after a page of a new epoch', () => {
  const position = at(1, 'old');
  const sequence = new Sequence(position);
  sequence.push(message(90, 'old'));
  expect(sequence.read(position, page(at(2, 'new'), true, message(2, 'new')))).toBe(false);
  expect(sequence.position).toEqual(at(2, 'new'));
  // The old push may also be the newer one, so history is read once more.
  expect(sequence.behind).toBe(true);
  expect(sequence.read(sequence.position ?? position, page(at(2, 'new'), true))).toBe(true);
  expect(sequence.behind).toBe(false);
});

test('a sequence that jumps to the head keeps the pushes after it', () => {
  const position = at(1);
  const sequence = new Sequence(position);
  for (const pushed of [3, 5, 6]) {
    sequence.push(message(pushed));
  }
  expect(sequence.read(position, page(at(4), false, message(4)))).toBe(false);
  expect(taken(sequence)).toEqual([5, 6]);
  expect(sequence.behind).toBe(false);
});

test('a sequence without a known head needs no history', () => {
  const sequence = new Sequence(undefined);
  sequence.push(message(7));
  expect([sequence.behind, taken(sequence)]).toEqual([false, []]);
  sequence.reportHead(at(6), true);
  expect(taken(sequence)).toEqual([7]);
});

test('a sequence that handled nothing yet does not wait for pushes of an old epoch', () => {
  const position = at(0, '');
  const sequence = new Sequence(position);
  sequence.push(message(3, 'old'));
  expect(sequence.read(position, page(at(1, 'new'), true, message(1, 'new')))).toBe(true);
  expect(taken(sequence)).toEqual([1]);
  // The dropped push may be newer than the page, so history is read once more.
  expect(sequence.behind).toBe(true);
  expect(sequence.read(at(1, 'new'), page(at(1, 'new'), true))).toBe(true);
  expect(sequence.behind).toBe(false);
});

test('a sequence reads history again if a push is of an epoch that began after the last read', () => {
  const position = at(0, '');
  const sequence = new Sequence(position);
  sequence.push(message(2, 'new'));
  expect(sequence.read(position, page(at(0, ''), true))).toBe(true);
  expect(sequence.behind).toBe(true);
});

test('a sequence reads history again if a push of the new epoch arrived while an older page was on its way', () => {
  const position = at(2);
  const sequence = new Sequence(position);
  sequence.reportHead(at(5, 'restored'), true);
  sequence.push(message(6, 'restored'));
  expect(sequence.read(position, page(at(5, 'restored'), false))).toBe(false);
  expect([sequence.behind, sequence.position]).toEqual([true, at(5, 'restored')]);
});

test('a sequence does not read history again for a push of an epoch that has ended', () => {
  const position = at(2);
  const sequence = new Sequence(position);
  sequence.push(message(6, 'obsolete'));
  expect(sequence.read(position, page(at(5, 'restored'), false))).toBe(false);
  expect([sequence.behind, sequence.position]).toEqual([false, at(5, 'restored')]);
});
